using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hermes.Client;
using Hermes.Hosting.Servers;

namespace Hermes.Silo.Tests.EndToEnd.Chaos;

/// <summary>
/// What <c>hermes cluster demo up</c> starts: real servers, silos and workers, each kept alive; the way to the blobs can be cut, and the disk of one silo is small.
/// </summary>
internal sealed class DemoCluster : IAsyncDisposable
{
    /// <summary>The silo whose disk is small.</summary>
    public const string Small = "two";

    private const int MebibytesOfSmall = 400;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string Npm = Path.Combine(Repository.Root, "artifacts", "servers", "node_modules", ".bin");

    private readonly TemporaryFolder _folder = new();
    private TcpProxy? _blobs;
    private bool _isMounted;

    public TcpProxy Blobs => _blobs!;

    public string Root => _folder.At("demo");

    /// <summary>Whether the disk of <see cref="Small"/> is one of its own.</summary>
    public bool HasSmallDisk => _isMounted;

    /// <summary>What has its data on the small disk has nothing left.</summary>
    public string Filling => Path.Combine(Root, "silos", Small, "filling");

    /// <summary>Skips the test where a server that a demonstration starts is not installed.</summary>
    public static void RequireServers()
    {
        Requirement.Met("postgresql", LocalPostgreSql.Find() is not null, "There is no program 'initdb'.");
        Requirement.Met("rabbitmq", LocalRabbitMq.Find() is not null, "There is no program 'rabbitmq-server'.");
        Requirement.Met("azurite", LocalAzurite.Find(Npm) is not null, "There is no program 'azurite-blob'.");
    }

    /// <summary>What is left of the small disk.</summary>
    public long FreeMebibytesOfSmall => new DriveInfo(Path.GetDirectoryName(Filling)!).AvailableFreeSpace >> 20;

    public static async Task<DemoCluster> StartAsync()
    {
        RequireServers();
        var cluster = new DemoCluster();
        try
        {
            await cluster.BeginAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task<HermesClient> ConnectAsync()
    {
        var status = await StatusAsync();
        return await HermesClient.ConnectAsync(status.GetProperty("address").GetString()!, null, status.GetProperty("tokenFile").GetString());
    }

    public async Task<JsonElement> StatusAsync() => (await HermesAsync("status")).Json;

    /// <summary>The process of a part, once it lives.</summary>
    public async Task<int> ProcessAsync(string part)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(100))
        {
            var found = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Root, "status.json"))).RootElement.GetProperty("parts").EnumerateArray()
                .Single(p => p.GetProperty("name").GetString() == part).GetProperty("processId");
            if (found.ValueKind == JsonValueKind.Number)
            {
                return found.GetInt32();
            }
        }

        throw new TimeoutException($"{part} does not live.");
    }

    /// <summary>The worker of a silo's device.</summary>
    public async Task<int?> WorkerAsync(string silo)
    {
        var workers = Platform.WorkersOf(await ProcessAsync(silo));
        return workers.Cast<int?>().FirstOrDefault(worker => Platform.CommandLineOf(worker!.Value).Contains("--device", StringComparison.Ordinal));
    }

    /// <summary>A part is told to end; it is started again.</summary>
    public async Task EndAsync(string part) => Assert.Equal(0, await RunAsync("kill", "-TERM", $"{await ProcessAsync(part)}"));

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Root))
        {
            await HermesAsync("down");
        }

        if (_blobs is not null)
        {
            await _blobs.DisposeAsync();
        }

        if (_isMounted)
        {
            await RunAsync("umount", "--lazy", Path.GetDirectoryName(Filling)!);
        }

        _folder.Dispose();
    }

    /// <summary>What lives of it.</summary>
    public IReadOnlyList<int> Living() =>
    [
        .. new[] { "postgresql", "rabbitmq", "azurite" }.SelectMany(server => ServerProcess.Living(Path.Combine(Root, "servers", server))),
        .. from process in Offspring.OfDotNet() where Platform.CommandLineOf(process).Contains(Root, StringComparison.Ordinal) select process,
    ];

    public Task<HermesProcess> HermesAsync(string verb) => HermesAsync(Patience, Path.GetTempPath(), verb, "--dir", Root);

    /// <summary><c>cluster demo</c> with these words, where the servers of this machine are found.</summary>
    public static async Task<HermesProcess> HermesAsync(TimeSpan patience, string temporary, params string[] words)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:{Npm}", ["TMPDIR"] = temporary };
        using var process = HermesProcess.Start(environment, ["cluster", "demo", .. words, "--json"]);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        return new HermesProcess(await process.EndAsync(patience), await output, await error);
    }

    private async Task BeginAsync()
    {
        // PostgreSQL, which root lends to another user, must get there.
        Assert.Equal(0, await RunAsync("chmod", "711", _folder.Path));
        await DoAsync("init");
        var small = Path.GetDirectoryName(Filling)!;
        Directory.CreateDirectory(small);
        _isMounted = await RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={MebibytesOfSmall}m,mode=700"), "tmpfs", small) == 0;
        var plan = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Root, "cluster-demo.json"))).RootElement;
        var port = plan.GetProperty("azuritePort").GetInt32();
        _blobs = new TcpProxy(port);
        var address = Path.Combine(Root, "blobs.txt");
        await File.WriteAllTextAsync(address, (await File.ReadAllTextAsync(address)).Replace(At(port), At(_blobs.Port), StringComparison.Ordinal));
        await DoAsync("up");
    }

    private static string At(int port) => string.Create(CultureInfo.InvariantCulture, $":{port}/");

    private async Task DoAsync(string verb)
    {
        var done = await HermesAsync(verb);
        Assert.True(done.ExitCode == 0, $"{verb}: {done.Output} {done.Error}");
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        return await process.EndAsync();
    }
}
