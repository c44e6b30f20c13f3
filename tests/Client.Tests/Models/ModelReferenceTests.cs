using Hermes.Client.Models;
using Hermes.Grains.Interfaces;

namespace Hermes.Client.Tests.Models;

public sealed class ModelReferenceTests
{
    [Theory]
    [InlineData("universal", "universal", null)]
    [InlineData("universal@3", "universal", "3")]
    [InlineData("universal@live", "universal", "live")]
    public void A_reference_is_a_name_and_perhaps_a_version(string text, string name, string? version)
    {
        Assert.Equal(new ModelReference(name, version), ModelReference.Parse(text));
        Assert.Equal(text, ModelReference.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("@3")]
    [InlineData("universal@")]
    [InlineData("a/b")]
    [InlineData("a@b@c")]
    public void Anything_else_is_refused(string text) => Assert.Throws<HermesException>(() => ModelReference.Parse(text));
}
