using System.Globalization;
using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Cli.Platform;
using Hermes.Cli.Quickstart;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Hosting.Servers;

namespace Hermes.Cli.ClusterDemo;

/// <summary>A demonstration cluster of this process's own: database, broker, blobs, silos and dashboard, each kept alive as long as this process.</summary>
internal sealed class DemoCluster : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly DemoFolder _folder;
    private readonly Action<string> _say;
    private readonly FileStream _lock;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _serversEnd = new();
    private readonly List<(DemoStatus.Part Part, Supervisor Supervisor)> _parts = [];
    private readonly List<Task> _servers = [];
    private readonly List<EmbeddedPlatform> _silos = [];
    private readonly List<LineLog> _logs = [];
    private readonly string[] _order;
    private Task _dashboard = Task.CompletedTask;
    private bool _isReady;

    private DemoCluster(DemoFolder folder, Action<string> say, FileStream held)
    {
        (_folder, _say, _lock) = (folder, say, held);
        _order = ["postgresql", "rabbitmq", "azurite", .. folder.Plan.Silos.Select(s => s.Name), "dashboard"];
    }

    /// <summary>Starts everything and waits until all of it answers.</summary>
    /// <exception cref="HermesException">Something did not start, or the folder is in use.</exception>
    public static async Task<DemoCluster> StartAsync(DemoFolder folder, Action<string> say, CancellationToken cancellationToken)
    {
        OpenFiles.Require();
        ForgetSettings();
        var cluster = new DemoCluster(folder, say, Take(folder));
        try
        {
            // From now on it can be ended by who finds it.
            await cluster.WriteStatusAsync(cancellationToken);
            await cluster.StartAsync(cancellationToken);
            cluster._isReady = true;
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>What is running now.</summary>
    public DemoStatus Status => new(
        _folder.Root,
        Environment.ProcessId,
        _folder.Addresses,
        _folder.TokenFile,
        $"http://127.0.0.1:{_folder.Plan.DashboardPort}",
        [.. _parts.OrderBy(p => Array.IndexOf(_order, p.Part.Name)).Select(p => p.Part with { ProcessId = p.Supervisor.ProcessId, Starts = p.Supervisor.Starts })],
        _isReady);

    /// <summary>Keeps everything alive, and what is running written down, until told to end.</summary>
    /// <exception cref="HermesException">A part was given up.</exception>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var written = "";
        Task[] all = [.. _servers, .. _silos.Select(s => s.Running), _dashboard];
        while (!cancellationToken.IsCancellationRequested)
        {
            if (all.FirstOrDefault(t => t.IsCompleted) is { } ended)
            {
                await ended;
            }

            var status = JsonSerializer.Serialize(Status);
            if (status != written)
            {
                await WriteStatusAsync(cancellationToken);
                written = status;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends it from the outside in: who needs a server goes before it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _dashboard.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_silos.Select(s => s.DisposeAsync().AsTask()));
        await _serversEnd.CancelAsync();
        await Task.WhenAll(_servers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var log in _logs)
        {
            await log.DisposeAsync();
        }

        File.Delete(_folder.StatusFile);
        await _lock.DisposeAsync();
        _end.Dispose();
        _serversEnd.Dispose();
    }

    private Task WriteStatusAsync(CancellationToken cancellationToken) => JsonFile.WriteAsync(_folder.StatusFile, Status, replace: true, cancellationToken);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_folder.Servers().Select(server => StartAsync(server, cancellationToken)));
        await ChildProgram.AskAsync<SchemaReport>(
            PlatformProgram.Silo,
            ["database", "init", "--database-file", _folder.OwnerFile, "--role", DemoFolder.DatabaseRole],
            JsonSerializerOptions.Web,
            StartPatience,
            cancellationToken);
        await Task.WhenAll(_folder.Plan.Silos.Select(silo => StartAsync(silo, cancellationToken)));
        var port = _folder.Plan.DashboardPort.ToString(CultureInfo.InvariantCulture);
        var dashboard = new Supervisor(
            PlatformProgram.Dashboard, ["--address", _folder.Addresses, "--token-file", _folder.TokenFile, "--port", port, "--exit-with-parent"], LogOf("dashboard").Write, _say);
        Add(new DemoStatus.Part("dashboard", "pages for browsers", null, 0, $"127.0.0.1:{port}", _folder.LogOf("dashboard")), dashboard);
        _dashboard = dashboard.RunAsync(_end.Token);
        await AnswersAsync("The dashboard", _dashboard, _ => Task.FromResult(!Loopback.IsFree(_folder.Plan.DashboardPort)), _folder.LogOf("dashboard"), cancellationToken);
    }

    private async Task StartAsync(LocalServer server, CancellationToken cancellationToken)
    {
        var (what, address) = server switch
        {
            LocalPostgreSql => ("members, state and catalog", $"127.0.0.1:{_folder.Plan.PostgreSqlPort}"),
            LocalRabbitMq => ("events", $"127.0.0.1:{_folder.Plan.RabbitMqPorts[0]}"),
            _ => ("blobs", $"127.0.0.1:{_folder.Plan.AzuritePort}"),
        };
        await EndedAsync(server, cancellationToken);
        await server.PrepareAsync(cancellationToken);
        var supervisor = new Supervisor(server.Name, () => ServerProcess.Start(server), _say, TimeProvider.System);
        Add(new DemoStatus.Part(Path.GetFileName(server.Folder), what, null, 0, address, Path.Combine(server.Folder, "log")), supervisor);
        var running = supervisor.RunAsync(_serversEnd.Token);
        lock (_servers)
        {
            _servers.Add(running);
        }

        await AnswersAsync(server.Name, running, server.AnswersAsync, Path.Combine(server.Folder, "log"), cancellationToken);
    }

    private static async Task AnswersAsync(string what, Task running, Func<CancellationToken, Task<bool>> answers, string log, CancellationToken cancellationToken)
    {
        for (var from = TimeProvider.System.GetTimestamp(); !await answers(cancellationToken); await Task.Delay(Pause, cancellationToken))
        {
            if (running.IsCompleted)
            {
                await running;
            }

            if (TimeProvider.System.GetElapsedTime(from) > StartPatience)
            {
                throw new HermesException($"{what} did not answer within {StartPatience.TotalSeconds:0} s.", log);
            }
        }
    }

    // Where the process that kept it was killed, the server ends soon after.
    private static async Task EndedAsync(LocalServer server, CancellationToken cancellationToken)
    {
        for (var from = TimeProvider.System.GetTimestamp(); ServerProcess.Living(server.Folder) is { Count: > 0 } living; await Task.Delay(Pause, cancellationToken))
        {
            if (TimeProvider.System.GetElapsedTime(from) > StartPatience)
            {
                throw new HermesException($"An earlier {server.Name} does not end: process {string.Join(", ", living)}.", server.Folder);
            }
        }
    }

    private async Task StartAsync(DemoSilo silo, CancellationToken cancellationToken)
    {
        var platform = await EmbeddedPlatform.StartAsync(
            silo.Address, _folder.DataOf(silo), LogOf(silo.Name).Write, said => _say($"{silo.Name}: {said}"), ["--config-file", _folder.SettingsOf(silo)], cancellationToken,
            new PlatformEntry(silo.Address, _folder.TokenFile));
        lock (_silos)
        {
            _silos.Add(platform);
        }

        var what = silo.Device == "none" ? "a silo that keeps" : $"a silo with the device {silo.Device}";
        Add(new DemoStatus.Part(silo.Name, what, null, 0, silo.Address, _folder.LogOf(silo.Name), IsSilo: true), platform.Silo);
    }

    private LineLog LogOf(string part)
    {
        var log = new LineLog(_folder.LogOf(part));
        lock (_logs)
        {
            _logs.Add(log);
        }

        return log;
    }

    private void Add(DemoStatus.Part part, Supervisor supervisor)
    {
        lock (_parts)
        {
            _parts.Add((part, supervisor));
        }
    }

    // What is told in the environment goes before the files, and is meant for another platform.
    private static void ForgetSettings()
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(IsSetting))
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        static bool IsSetting(string name) =>
            name.StartsWith("HERMES_", StringComparison.Ordinal) && name != PlatformProgram.FolderVariable && !name.StartsWith("HERMES_TEST_", StringComparison.Ordinal);
    }

    private static FileStream Take(DemoFolder folder)
    {
        try
        {
            var held = new FileStream(folder.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            // Of one that was killed.
            File.Delete(folder.StatusFile);
            return held;
        }
        catch (IOException) when (File.Exists(folder.LockFile))
        {
            throw new HermesException($"The demonstration in {folder.Root} is up already.", folder.Root, "'hermes cluster demo status' shows it; 'hermes cluster demo down' ends it.");
        }
    }
}
