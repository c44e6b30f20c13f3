using System.Net;
using Hermes.Silo.Security;

namespace Hermes.Silo.Tests.Security;

public sealed class AccessEndpointsTests
{
    [Theory]
    [InlineData("127.0.0.1", "Hermes token-file=\"%2Fdata%2Faccess.token\"")]
    [InlineData("::1", "Hermes token-file=\"%2Fdata%2Faccess.token\"")]
    [InlineData("10.0.0.4", "Hermes token-file=\"%2Fdata%2Faccess.token\"")]
    [InlineData("10.0.0.5", "Hermes")]
    public void Where_the_token_lies_is_told_on_this_machine_only(string asking, string told) =>
        Assert.Equal(told, AccessEndpoints.Challenge(IPAddress.Parse(asking), IPAddress.Parse("10.0.0.4"), "/data/access.token"));
}
