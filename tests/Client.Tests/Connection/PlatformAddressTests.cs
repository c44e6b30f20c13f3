using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;

namespace Hermes.Client.Tests.Connection;

public sealed class PlatformAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:5081", "127.0.0.1:5081", "http://127.0.0.1:5081/")]
    [InlineData("http://silo.local:80/", "silo.local:80", "http://silo.local/")]
    [InlineData("[::1]:7000", "[::1]:7000", "http://[::1]:7000/")]
    [InlineData("https://silo.local:7000", "silo.local:7000", "http://silo.local:7000/")]
    public void An_address_is_a_host_and_a_port(string text, string shown, string uri)
    {
        var address = PlatformAddress.Parse(text);

        Assert.Equal(shown, address.ToString());
        Assert.Equal(uri, address.ToUri(isEncrypted: false).ToString());
    }

    [Theory]
    [InlineData("127.0.0.1:1", true)]
    [InlineData("127.3.2.1:1", true)]
    [InlineData("localhost:1", true)]
    [InlineData("[::1]:1", true)]
    [InlineData("0.0.0.0:1", false)]
    [InlineData("10.0.0.5:1", false)]
    [InlineData("localhost.example.org:1", false)]
    public void What_other_machines_cannot_reach_is_loopback(string text, bool isLoopback) => Assert.Equal(isLoopback, PlatformAddress.Parse(text).IsLoopback);

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData(":5081")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:50 81")]
    [InlineData("a b:5081")]
    public void Anything_else_is_refused_as_it_was_written(string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<HermesException>(() => PlatformAddress.Parse(text)).Message, StringComparison.Ordinal);
}
