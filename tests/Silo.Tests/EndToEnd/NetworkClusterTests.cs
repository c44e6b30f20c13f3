using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Events;
using Hermes.Silo.Tests.Processes;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>A cluster on a network: nobody without a certificate of its authority is let in, and nobody who listens on the wire learns anything.</summary>
public sealed class NetworkClusterTests(NetworkCluster network, Phantoms phantoms) : IClassFixture<NetworkCluster>, IClassFixture<Phantoms>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [SkippableFact]
    public async Task What_one_silo_was_told_the_other_knows_and_commands_reach_both()
    {
        var cluster = await network.GetAsync();
        await using var first = await network.ConnectAsync("one", network.Client);
        await first.Datasets.AddAsync(phantoms.Source("phantom_ct", "ct", training: 2));
        await using var second = await network.ConnectAsync("two", network.Client);

        Assert.Equal(["phantom_ct"], await second.Datasets.ListAsync().Select(d => d.Declaration!.Name).ToListAsync());
        Assert.Equal(new[] { cluster["one"].Address, cluster["two"].Address }.Order(), (await cluster["two"].DescribeAsync())!.Silos!.Order());

        using var folder = new TemporaryFolder();
        var blob = await second.Blobs.UploadAsync(folder.File("sent", "voxels"));
        await first.Blobs.DownloadAsync(blob, folder.At("received"));
        Assert.Equal("voxels", await File.ReadAllTextAsync(folder.At("received")));

        string[] list = ["dataset", "list", "--address", cluster["two"].Address, "--token-file", cluster.TokenFile];
        var listed = await HermesProcess.RunAsync([.. list, .. Options(network.Client)]);
        Assert.True(listed.ExitCode == 0 && listed.Output.Contains("phantom_ct", StringComparison.Ordinal), listed.Output + listed.Error);
        var clear = await HermesProcess.RunAsync(list);
        Assert.Equal(1, clear.ExitCode);
        Assert.Contains("without certificates it would be spoken to in clear text", clear.Error, StringComparison.Ordinal);
        Assert.Contains("--tls-ca-file", clear.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task In_the_environment_of_a_silo_the_doctor_finds_that_silo_and_says_what_the_cluster_uses()
    {
        var cluster = await network.GetAsync();
        var tls = network.Silo("one");

        var doctor = await HermesProcess.RunAsync(
            new Dictionary<string, string>
            {
                ["HERMES_NAME"] = "one",
                ["HERMES_ADDRESS"] = cluster["one"].Address,
                ["HERMES_TOKEN_FILE"] = cluster.TokenFile,
                [TlsFileOptions.CertificateVariable] = tls.Certificate,
                [TlsFileOptions.AuthorityVariable] = tls.Authority,
            },
            "doctor",
            "--json");

        Assert.True(doctor.ExitCode == 0, doctor.Output + doctor.Error);
        var findings = doctor.Json.GetProperty("findings").EnumerateArray().ToDictionary(f => f.GetProperty("subject").GetString()!, f => f.GetProperty("found").GetString()!);
        Assert.Contains($"answers at {cluster["one"].Address}, process {cluster["one"].Id}", findings["platform"], StringComparison.Ordinal);
        Assert.All(
            new[] { "one", "two" }, name => Assert.StartsWith($"answers at {cluster[name].Address}; roles keep", findings[$"silo {name}"], StringComparison.Ordinal));
        var database = new NpgsqlConnectionStringBuilder(cluster.Database);
        Assert.Equal($"{database.Username}@{database.Host}:{database.Port}/{database.Database}, which answers the silo", findings["database"]);
        Assert.Equal($"{cluster.BlobsDirectory}, which answers the silo", findings["blobs"]);
    }

    [SkippableFact]
    public async Task Who_has_no_certificate_of_the_authority_is_refused_at_every_port_and_a_client_at_that_of_silos()
    {
        var cluster = await network.GetAsync();
        var (silo, gateway) = (cluster.PortsOf("one")[0], cluster.PortsOf("one")[1]);

        Assert.True(await IsLetInAsync(gateway, network.Client), "A client is let in where clients are.");
        foreach (var (port, who, tls) in new[]
        {
            (silo, "a client", network.Client), (silo, "a stranger", network.Stranger), (gateway, "a stranger", network.Stranger), (silo, "nobody", null), (gateway, "nobody", (TlsFiles?)null),
        })
        {
            Assert.False(await IsLetInAsync(port, tls), $"{who} is let in at {port}");
        }

        Assert.Equal(0, await SaidInClearTextAsync(silo));
        Assert.Equal(0, await SaidInClearTextAsync(gateway));
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://{cluster["one"].Address}/health/live")));
        var untrusted = await Assert.ThrowsAsync<HermesException>(() => network.ConnectAsync("one", network.Stranger));
        Assert.Contains("does not prove by TLS that it is the platform", untrusted.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HermesException>(() => network.ConnectAsync("one", null));
    }

    [SkippableFact]
    public async Task Nothing_that_is_said_can_be_read_on_the_wire()
    {
        var cluster = await network.GetAsync();
        await using var client = await network.ConnectAsync("one", network.Client);
        using var folder = new TemporaryFolder();
        int[] ports = [Port("one"), Port("two"), .. cluster.PortsOf("one"), .. cluster.PortsOf("two")];
        using var control = new TcpListener(NetworkCluster.Host(), 0);
        control.Start();
        var open = ((IPEndPoint)control.LocalEndpoint).Port;
        using var capture = PacketCapture.Begin([.. ports, open]);

        using (var speaker = new TcpClient())
        {
            await speaker.ConnectAsync(NetworkCluster.Host(), open);
            await speaker.GetStream().WriteAsync("a secret"u8.ToArray());
        }

        await client.Blobs.UploadAsync(folder.File("sent", new string('s', 1 << 16) + "a secret"));
        await foreach (var _ in client.Datasets.ListAsync())
        {
        }

        // Until the silos have asked each other how they are.
        await Task.Delay(TimeSpan.FromSeconds(5));
        var seen = capture.End();

        Assert.Contains("a secret", Encoding.Latin1.GetString(seen[open]), StringComparison.Ordinal);
        Assert.True(seen[Port("one")].Length > 1 << 16, "The blob was seen.");
        Assert.True(seen[cluster.PortsOf("one")[0]].Length + seen[cluster.PortsOf("two")[0]].Length > 0, "The silos were seen talking to each other.");
        Assert.True(seen[cluster.PortsOf("one")[1]].Length > 0, "The calls were seen.");
        foreach (var port in ports)
        {
            var text = Encoding.Latin1.GetString(seen[port]);
            Assert.DoesNotContain("a secret", text, StringComparison.Ordinal);
            Assert.DoesNotContain("hermes", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Orleans", text, StringComparison.OrdinalIgnoreCase);
        }

        int Port(string name) => int.Parse(cluster[name].Address.Split(':')[1], CultureInfo.InvariantCulture);
    }

    [SkippableFact]
    public async Task A_silo_whose_certificate_is_of_another_machine_or_authority_or_that_has_none_refuses_to_start()
    {
        var cluster = await network.GetAsync();
        var address = new IPEndPoint(NetworkCluster.Host(), Loopback.FreePorts(1)[0]).ToString();

        var (exitCode, _, clear) = await cluster.RunAsync("three", "--address", address);
        Assert.Equal((1, true), (exitCode, clear.Contains("would talk to them in clear text", StringComparison.Ordinal)));
        var (_, _, client) = await cluster.RunAsync("three", ["--address", address, .. Options(network.Client)]);
        Assert.Contains("is not for a server", client, StringComparison.Ordinal);
        var (_, _, mixed) = await cluster.RunAsync("three", ["--address", address, .. Options(network.Stranger with { Authority = network.Client.Authority })]);
        Assert.Contains("is not of the authority in", mixed, StringComparison.Ordinal);

        // A name of its own, and an authority that does not know the database's.
        var (_, _, foreign) = await cluster.RunAsync("three", ["--address", address, .. Options(network.Stranger)]);
        Assert.Contains("cannot be used", foreign, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_broker_whose_certificate_is_of_another_authority_is_told_no_password()
    {
        var broker = (await network.GetAsync()).Broker;
        foreach (var (tls, isTrusted) in new[] { (network.Client, true), (network.Stranger, false), (null, false) })
        {
            var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false };
            factory.UseTls(broker, tls is null ? null : TlsIdentity.Read(tls, TimeProvider.System.GetUtcNow()));

            var refused = await Record.ExceptionAsync(async () => await (await factory.CreateConnectionAsync()).DisposeAsync());

            Assert.Equal(isTrusted, refused is null);
            Assert.True(isTrusted || refused is BrokerUnreachableException);
        }
    }

    private static string[] Options(TlsFiles tls) => [TlsFileOptions.Certificate, tls.Certificate, TlsFileOptions.Authority, tls.Authority];

    /// <summary>Whether the silo goes on after the handshake: it begins with the proof of the access token.</summary>
    private async Task<bool> IsLetInAsync(int port, TlsFiles? tls)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = new TcpClient();
        await socket.ConnectAsync(NetworkCluster.Host(), port, patience.Token);
        await using var stream = new SslStream(socket.GetStream());
        var options = As(network.Client);
        options.ClientCertificateContext = tls is null ? null : As(tls).ClientCertificateContext;
        try
        {
            await stream.AuthenticateAsClientAsync(options, patience.Token);
            return await stream.ReadAtLeastAsync(new byte[32], 32, throwOnEndOfStream: false, patience.Token) == 32;
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private static SslClientAuthenticationOptions As(TlsFiles tls)
    {
        var options = new SslClientAuthenticationOptions();
        TlsIdentity.Read(tls, TimeProvider.System.GetUtcNow()).Enter(options, NetworkCluster.Host().ToString());
        return options;
    }

    private static async Task<int> SaidInClearTextAsync(int port)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(NetworkCluster.Host(), port);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await socket.GetStream().WriteAsync(new byte[64], patience.Token);
            return await socket.GetStream().ReadAsync(new byte[64], patience.Token);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
