using System.Net;
using System.Net.Sockets;

namespace Hermes.Hosting.Tests;

public sealed class LoopbackTests
{
    [Fact]
    public void A_port_that_somebody_listens_on_is_taken_and_the_system_says_why()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = (IPEndPoint)listener.LocalEndpoint;

        Assert.False(Loopback.IsFree(address.Port));
        Assert.Contains("in use", Loopback.WhyTaken(address), StringComparison.Ordinal);
    }

    [Fact]
    public void Free_ports_are_distinct_and_below_those_of_outgoing_connections()
    {
        var ports = Loopback.FreePorts(20);

        Assert.Equal(20, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 15_000, 31_999));
    }
}
