using System.Net;
using Hermes.Grains.Interfaces;
using Hermes.Silo.Configuration;
using Hermes.Silo.Hosting;

namespace Hermes.Silo.Tests.Configuration;

public sealed class ReachTests : IDisposable
{
    private static readonly string[] Tls = ["--tls-certificate-file", "silo.pem", "--tls-ca-file", "authority.pem"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("10.0.0.5:5081")]
    [InlineData("0.0.0.0:5081")]
    [InlineData("[fd00::5]:5081")]
    public void A_silo_that_other_machines_can_reach_refuses_to_start_without_TLS_or_without_a_cluster(string address)
    {
        string[] place = ["--address", address, "--host", "10.0.0.5"];

        var clear = Assert.Throws<HermesException>(() => Of([.. Cluster(), .. place]));
        var lonely = Assert.Throws<HermesException>(() => Of([.. place, .. Tls]));

        Assert.Equal($"A silo at {address} can be reached from other machines, and would talk to them in clear text.", clear.Message);
        Assert.Contains("--tls-certificate-file", clear.Hint, StringComparison.Ordinal);
        Assert.StartsWith("Only a silo of a cluster can be reached from other machines", lonely.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Others_reach_it_at_its_address_unless_it_is_told_a_name()
    {
        var plain = Of([.. Cluster(), .. Tls, "--address", "10.0.0.5:5081"]);
        var named = Of([.. Cluster(), .. Tls, "--address", "10.0.0.5:5081", "--host", "silo.example"]);
        var all = Of([.. Cluster(), .. Tls, "--address", "0.0.0.0:5081", "--host", "10.0.0.6"]);

        Assert.Equal(("10.0.0.5:5081", "https://10.0.0.5:5081/", IPAddress.Parse("10.0.0.5")), (plain.Reached, plain.Uri.ToString(), plain.Advertised));
        Assert.Equal(("silo.example:5081", IPAddress.Parse("10.0.0.5")), (named.Reached, named.Advertised));
        Assert.Equal(("10.0.0.6:5081", IPAddress.Parse("10.0.0.6")), (all.Reached, all.Advertised));
        Assert.Equal("http://127.0.0.1:5081/", Of([]).Uri.ToString());
    }

    [Theory]
    [InlineData("must be told by which one others reach it")]
    [InlineData("it names the loopback only", "--host", "localhost")]
    [InlineData("By which address other machines reach no-such-host.invalid cannot be found out", "--host", "no-such-host.invalid")]
    public void One_that_listens_everywhere_knows_how_others_call_its_machine(string sentence, params string[] host) => Assert.Contains(
        sentence, Assert.Throws<HermesException>(() => Of([.. Cluster(), .. Tls, "--address", "0.0.0.0:5081", .. host])).Message, StringComparison.Ordinal);

    [Fact]
    public void One_of_the_two_files_of_TLS_is_not_enough()
    {
        Assert.Contains("tls-ca-file", Assert.Throws<HermesException>(() => Of(Tls[..2])).Hint, StringComparison.Ordinal);
        Assert.Contains("tls-certificate-file", Assert.Throws<HermesException>(() => Of(Tls[2..])).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broker_on_another_machine_is_reached_over_TLS_only()
    {
        var refused = Assert.Throws<HermesException>(() => Of(["--broker-file", _folder.File("clear", "amqp://user:s3cr3t@broker.example/hermes")]));

        Assert.StartsWith("The broker at broker.example is on another machine", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", refused.ToString(), StringComparison.Ordinal);
        Assert.NotNull(Of(["--broker-file", _folder.File("safe", "amqps://user:s3cr3t@broker.example/hermes")]).Broker);
    }

    private string[] Cluster() =>
    [
        "--database-file", _folder.File("database", "Host=db;SSL Mode=VerifyFull"), "--broker-file", _folder.File("broker", "amqps://user:secret@broker.example/hermes"), "--token-file", "token",
    ];

    private static SiloSettings Of(string[] options) => SiloSettings.Of(ToldSettings.Read(SiloCommand.Create((_, _) => Task.FromResult(0)).Parse(options), _ => null), false);
}
