using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Tests.Processes;

namespace Hermes.Silo.Tests.Security;

/// <summary>A platform on a machine that several people use: another user of it reaches its ports, and nothing behind them.</summary>
public sealed class AnotherUserTests : IDisposable
{
    private const string Nobody = "65534";

    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [SkippableFact]
    public async Task Another_user_is_refused_with_what_to_ask_for_and_let_in_with_a_copy_of_the_token()
    {
        Requirement.Met("root", Environment.IsPrivilegedProcess, "Only root can run a command as another user.");
        await using var silo = await SiloProcess.StartAsync(_data.At("data"));

        var (refused, why) = await AsNobodyAsync("dotnet", HermesProcess.Program, "dataset", "list", "--address", silo.Address);
        Assert.Equal(1, refused);
        Assert.Contains($"is for those who have its access token, and this user may not read {silo.TokenFile}", why, StringComparison.Ordinal);
        Assert.Contains("--token-file", why, StringComparison.Ordinal);

        using var open = new TemporaryFolder();
        var copy = open.File("copy", await File.ReadAllTextAsync(silo.TokenFile));
        using (var chown = Process.Start("chown", ["-R", Nobody, open.Path]))
        {
            Assert.Equal(0, await chown.EndAsync());
        }

        var (accepted, said) = await AsNobodyAsync("dotnet", HermesProcess.Program, "dataset", "list", "--address", silo.Address, "--token-file", copy);
        Assert.True(accepted == 0, said);

        var wrong = open.File("wrong", AccessToken.NewText());
        var stranger = await HermesProcess.RunAsync("dataset", "list", "--address", silo.Address, "--token-file", wrong);
        Assert.Equal(1, stranger.ExitCode);
        Assert.Contains($"has another access token than {wrong}", stranger.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task At_the_ports_of_silos_and_clients_another_user_hears_the_challenge_and_nothing_after_a_wrong_answer()
    {
        Requirement.Met("root", Environment.IsPrivilegedProcess, "Only root can run a command as another user.");
        await using var silo = await SiloProcess.StartAsync(_data.At("data"));

        var ports = ListeningPorts(silo.Id).Except([IPEndPoint.Parse(silo.Address).Port]).ToList();

        Assert.Equal(2, ports.Count);
        Assert.Contains(IPEndPoint.Parse((await silo.DescribeAsync())!.Gateway).Port, ports);
        foreach (var port in ports)
        {
            // 124 is what a connection that stays open comes to.
            var (code, said) = await AsNobodyAsync(
                "bash",
                "-c",
                $"exec 3<>/dev/tcp/127.0.0.1/{port}; head -c 32 <&3 | wc -c; head -c 65 /dev/zero >&3; timeout 30 cat <&3 2>/dev/null | wc -c; [ ${{PIPESTATUS[0]}} -ne 124 ]");
            Assert.Equal((port, 0, "32\n0\n"), (port, code, said));
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Without_the_token_only_health_is_answered_and_the_gateway_says_nothing_but_its_challenge()
    {
        await using var silo = await SiloProcess.StartAsync(_data.At("data"));
        using var http = new HttpClient { BaseAddress = new Uri($"http://{silo.Address}/") };
        Assert.True((await http.GetAsync("health/ready")).IsSuccessStatusCode);
        foreach (var path in new[] { "platform", "platform/troubles", "platform/settings", $"blobs/{new string('a', 64)}?length=1&expires=1&signature=00", "" })
        {
            var answer = await http.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, answer.StatusCode));
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(silo.TokenFile));
        using var gateway = new TcpClient();
        await gateway.ConnectAsync(IPEndPoint.Parse((await silo.DescribeAsync())!.Gateway));
        var stream = gateway.GetStream();
        await stream.ReadExactlyAsync(new byte[32]);
        await stream.WriteAsync(new byte[65]);
        Assert.Equal(0, await ReadToEndAsync(stream));
    }

    // Of the sockets that listen, those that the process has open.
    private static List<int> ListeningPorts(int process)
    {
        const string Listens = "0A";
        var open = Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Select(f => new FileInfo(f).LinkTarget).ToHashSet();
        return
        [
            .. from table in new[] { "tcp", "tcp6" }
               from line in File.ReadLines($"/proc/{process}/net/{table}").Skip(1)
               let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where words[3] == Listens && open.Contains($"socket:[{words[9]}]")
               select int.Parse(words[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        ];
    }

    // A connection that is cut may end or be reset.
    private static async Task<int> ReadToEndAsync(NetworkStream stream)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return await stream.ReadAsync(new byte[64], patience.Token);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static async Task<(int ExitCode, string Said)> AsNobodyAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "setpriv", [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HOME"] = "/tmp", ["DOTNET_CLI_HOME"] = "/tmp" },
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        return (await process.EndAsync(TimeSpan.FromMinutes(1)), await output + await error);
    }
}
