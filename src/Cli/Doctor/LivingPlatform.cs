using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Cli.Platform;
using Hermes.Client;
using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Hosting;

namespace Hermes.Cli.Doctor;

/// <summary>What can be seen of a platform at an address, or of the place where one would be.</summary>
internal sealed class LivingPlatform(string address, int dashboardPort, HermesClient? client)
{
    /// <summary>A platform that is started again or hangs must not keep the doctor waiting.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The platform that answers, or null.</summary>
    public static async Task<HermesClient?> FindAsync(PlatformEntry entry, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await entry.ConnectAsync(limit.Token);
        }
        catch (HermesException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Whether it runs on this machine, or nobody answers and it would.</summary>
    public bool IsHere => client is null || IsSilo(client.Platform.ProcessId);

    /// <summary>
    /// Database and blobs, where the silo says that they are and as it finds them. What lies in its data directory, or would, is looked at more closely than the
    /// silo does, on its machine.
    /// </summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Finding>> StoresAsync(string directory, CancellationToken cancellationToken)
    {
        var health = client is null ? null : await client.HealthAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        var files = IsHere ? await Machine.StoreAsync(directory, cancellationToken) : [];
        return [.. new[] { Told(PlatformHealth.Database, Machine.Database), Told(PlatformHealth.Blobs, Machine.Blobs) }.OfType<Finding>()];

        Finding? Told(string check, string subject) => health?.Checks.FirstOrDefault(c => c.Name == check) switch
        {
            { Status: PlatformHealth.Healthy, Message: { } place } when !IsHere || !IsIn(directory, place) => Finding.Ok(subject, $"{place}, which answers the silo"),
            { Status: not PlatformHealth.Healthy } ill => Finding.Problem(subject, ill.Message ?? "it does not answer the silo", "What needs it fails or waits until it is back."),
            _ => files.FirstOrDefault(f => f.Subject == subject),
        };
    }

    /// <summary>How the workers of a platform on this machine are started, or those of one that would be started here: their options, and their allocator.</summary>
    /// <param name="libtorch">Options that name the libtorch; none for that of the platform.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HermesException">The variable of the allocator says something else.</exception>
    public async Task<(IReadOnlyList<string> Options, string Allocator)> WorkersAsync(IReadOnlyList<string> libtorch, CancellationToken cancellationToken)
    {
        var settings = client is null || !IsHere ? null : await client.SettingsAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        if (libtorch.Count == 0 && Told("libtorch") is { } told)
        {
            libtorch = ["--libtorch", told, .. Told("libtorch-unverified") == "yes" ? ["--libtorch-unverified"] : Array.Empty<string>()];
        }

        return ([.. libtorch, .. Told("threads") is { } threads ? ["--threads", threads] : Array.Empty<string>()], Told("allocator") ?? WorkerAllocator.OfEnvironment());

        string? Told(string name) => settings?.Settings.FirstOrDefault(setting => setting.Name == name)?.Value;
    }

    public Finding Platform()
    {
        if (client?.Platform is { } platform)
        {
            return Finding.Ok("platform", $"answers at {address}, process {platform.ProcessId}, version {platform.Version}");
        }

        var place = PlatformAddress.ParseList(address)[0];
        if (!place.IsLoopback)
        {
            return Finding.Problem("platform", $"none answers at {address}", "Start it on that machine with 'hermes serve'.");
        }

        return Loopback.IsFree(place.Port)
            ? Finding.Ok("platform", $"none runs at {address}, the port is free; 'hermes serve' starts one")
            : Finding.Problem(
                "platform",
                $"something listens at {address}, but answers as no platform",
                "End that program, or choose another address with --address; a platform that just starts needs a moment.");
    }

    /// <summary>The silos of its cluster, and that one of them must have a device for anything to be learned.</summary>
    public IReadOnlyList<Finding> Silos()
    {
        if (client?.Platform.Members is not { } silos)
        {
            return [];
        }

        List<Finding> all = [.. silos.Select(s => Finding.Ok($"silo {s.Name}", $"answers at {s.Address}; {Declared(s)}"))];
        return silos.Any(s => s.Devices.Count > 0)
            ? all
            : [.. all, Finding.Warning("devices", "no silo has one, so nothing is trained or segmented", "Start a silo with --device cpu or --device cuda:0.")];
    }

    public Finding Dashboard() => (Loopback.IsFree(dashboardPort), client) switch
    {
        (true, null) => Finding.Ok("dashboard", $"port {dashboardPort} is free"),
        (true, _) => Finding.Warning("dashboard", $"none listens at port {dashboardPort}", "It is started by 'hermes serve'; name another port with --dashboard-port."),
        (false, null) => Finding.Problem("dashboard", $"another program listens at port {dashboardPort}", "End that program, or choose another port with --dashboard-port."),
        _ => Finding.Ok("dashboard", $"listens at http://127.0.0.1:{dashboardPort}"),
    };

    /// <summary>What the silo itself knows to be wrong: hung workers, owners that cannot wake, a disk that is full.</summary>
    public async Task<IReadOnlyList<Finding>> TroublesAsync(CancellationToken cancellationToken)
    {
        if (client is null)
        {
            return [];
        }

        var troubles = await client.TroublesAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return troubles.Count == 0
            ? [Finding.Ok("troubles", "the platform knows of none")]
            : [.. troubles.Select(t => Finding.Problem(
                t.Silo is null ? t.Subject : $"{t.Subject} ({t.Silo})",
                $"{t.Message} Last at {Tables.Time(t.Last)}, {t.Times} times.",
                "The platform went on without it. Its log says more: logs/silo.log in the data directory; a start of the platform forgets what is mended."))];
    }

    /// <summary>What nothing in the platform refers to.</summary>
    public async Task<IReadOnlyList<Finding>> BlobsAsync(CancellationToken cancellationToken)
    {
        if (client is null)
        {
            return [];
        }

        var blobs = await client.BlobCare.CollectAsync(dryRun: true, cancellationToken).WaitAsync(Patience, cancellationToken);
        var kept = $"{blobs.Kept} referred to ({Tables.Mebibytes(blobs.KeptBytes)})";
        return
        [
            blobs.Removed == 0
                ? Finding.Ok("owners", $"{kept}, none without an owner")
                : Finding.Warning(
                    "owners",
                    $"{kept}, {blobs.Removed} without an owner ({Tables.Mebibytes(blobs.RemovedBytes)})",
                    "The platform removes them daily; 'hermes blobs collect' does it now."),
        ];
    }

    /// <summary>Runs that are not going on although they should.</summary>
    public async Task<IReadOnlyList<Finding>> RunsAsync(CancellationToken cancellationToken)
    {
        if (client is null)
        {
            return [];
        }

        var runs = await client.Runs.ListAsync(cancellationToken).ToListAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
        var states = runs.GroupBy(r => r.State).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key.ToString().ToLowerInvariant()}");
        return
        [
            Finding.Ok("runs", runs.Count == 0 ? "none" : string.Join(", ", states)),
            .. runs.Where(r => r.State == RunState.Interrupted)
                .Select(r => Finding.Warning(
                    $"run {r.Name}",
                    $"interrupted: {r.Cause?.Message ?? "without a cause."}",
                    "It goes on by itself once a device is free; if it does not, look at its cause.")),
        ];
    }

    /// <summary>Workers of the silo on this machine, and those that stand still.</summary>
    public IReadOnlyList<Finding> Workers()
    {
        if (client is null || !IsHere)
        {
            return [];
        }

        var workers = ChildrenOf(client.Platform.ProcessId).Where(c => c.Name.Contains("hermes-worker", StringComparison.Ordinal)).ToList();
        var stopped = workers.FindAll(w => w.State is 'T' or 't');
        return
        [
            Finding.Ok("workers", $"{workers.Count} at work or waiting"),
            .. stopped.Select(w => Finding.Problem(
                $"worker {w.Process}", "hangs: a signal stopped it", $"Let it go on with 'kill -CONT {w.Process}', or end it with 'kill -KILL {w.Process}': another one takes up its work.")),
        ];
    }

    /// <summary>Whether a process of this machine is a silo: one of another machine says a number that means nothing here.</summary>
    internal static bool IsSilo(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/cmdline").Contains(PlatformProgram.Silo.File, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Declared(SiloDescription silo) => string.Join("; ",
    [
        .. silo.Roles.Count > 0 ? [$"roles {string.Join(", ", silo.Roles)}"] : Array.Empty<string>(),
        $"site {silo.Site}",
        .. silo.Devices.Select(d => $"{d.Name} with {(d.Memory is { } bytes ? Sizes.Gibibytes(bytes) : "memory that nothing tells")}"),
    ]);

    private static bool IsIn(string directory, string place) => Path.GetDirectoryName(place) == directory;

    private static IEnumerable<(int Process, char State, string Name)> ChildrenOf(int parent)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var process))
            {
                continue;
            }

            string stat, name;
            try
            {
                // pid (name) state parent ...; the name may hold spaces and brackets.
                stat = File.ReadAllText(Path.Combine(folder, "stat"));
                name = File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            var words = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && words[1] == parent.ToString(CultureInfo.InvariantCulture))
            {
                yield return (process, words[0][0], name);
            }
        }
    }
}
