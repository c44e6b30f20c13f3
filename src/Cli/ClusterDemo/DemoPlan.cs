using System.Security.Cryptography;
using Hermes.Hosting;
using Hermes.Hosting.Servers;

namespace Hermes.Cli.ClusterDemo;

/// <summary>Where the parts of a demonstration listen and what they prove themselves with; made once.</summary>
internal sealed record DemoPlan(
    int PostgreSqlPort, IReadOnlyList<int> RabbitMqPorts, int AzuritePort, int DashboardPort, IReadOnlyList<DemoSilo> Silos, DemoSecrets Secrets)
{
    public static DemoPlan Make()
    {
        string[] names = ["storage", "one", "two"];
        var ports = new Queue<int>(Loopback.FreePorts(1 + LocalRabbitMq.PortsNeeded + 2 + (3 * names.Length)));
        return new DemoPlan(
            ports.Dequeue(),
            [.. Enumerable.Range(0, LocalRabbitMq.PortsNeeded).Select(_ => ports.Dequeue())],
            ports.Dequeue(),
            ports.Dequeue(),
            [.. names.Select(name => new DemoSilo(name, name == "storage" ? "none" : "cpu", ports.Dequeue(), ports.Dequeue(), ports.Dequeue()))],
            new DemoSecrets(Secret(), Secret(), Secret(), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
    }

    private static string Secret() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}

/// <summary>A silo of the demonstration.</summary>
internal sealed record DemoSilo(string Name, string Device, int Port, int SiloPort, int GatewayPort)
{
    public string Address => $"127.0.0.1:{Port}";
}

/// <summary>What only its owner may know.</summary>
internal sealed record DemoSecrets(string DatabaseOwner, string DatabaseSilo, string Broker, string Blobs);
