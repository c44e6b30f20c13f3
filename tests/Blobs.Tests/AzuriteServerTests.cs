using System.Net;
using System.Net.NetworkInformation;

namespace Hermes.Blobs.Tests;

public sealed class AzuriteServerTests
{
    [SkippableFact]
    public async Task The_machines_own_azurite_is_loopback_only_and_leaves_nothing_behind_also_when_the_test_fails()
    {
        var server = NativeAzurite.Find();
        Skip.If(server is null, "There is no program 'azurite-blob'.");
        await Assert.ThrowsAsync<InvalidTimeZoneException>(async () =>
        {
            await using (server)
            {
                await server.RestartAsync();
                Assert.Single(server.Living());
                Assert.True(IPAddress.IsLoopback(Assert.Single(Listening(server.Port))));
                throw new InvalidTimeZoneException("A test that fails.");
            }
        });

        Assert.Empty(server.Living());
        Assert.Empty(Listening(server.Port));
        Assert.False(Directory.Exists(server.Folder));
    }

    private static List<IPAddress> Listening(int port) =>
        [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(l => l.Port == port).Select(l => l.Address)];
}
