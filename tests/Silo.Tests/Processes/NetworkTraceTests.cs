using System.Diagnostics;

namespace Hermes.Silo.Tests.Processes;

public sealed class NetworkTraceTests
{
    [SkippableFact]
    public async Task It_sees_a_name_that_is_asked_for_and_a_peer_that_is_another_machine()
    {
        await NetworkTrace.RequireAsync();
        using var folder = new TemporaryFolder();
        var trace = new NetworkTrace(folder.Path);

        // 192.0.2.1 is nobody's address; naming it as a peer of a datagram socket sends nothing.
        // A shell that is not told its user's shell looks the user up.
        var shell = trace.Of("bash", "-c", "exec 3<>/dev/udp/192.0.2.1/9; exec 4<>/dev/udp/127.0.0.1/9; exec 5<>/dev/udp/127.0.0.53/53");
        shell.Environment.Remove("SHELL");
        using var program = Process.Start(shell)!;
        await program.EndAsync();

        Assert.Equal(["192.0.2.1", "127.0.0.53"], trace.Foreign().Select(line => line.Split('"')[1]));
        Assert.Equal(1, trace.ConnectionsToLoopback());
    }
}
