using System.Globalization;
using System.Text;
using Hermes.Client;
using Hermes.Client.Datasets;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Hosting;
using Hermes.Silo.Tests.Processes;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>A real silo, its real workers and a client of theirs.</summary>
internal sealed class Platform : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private Platform(SiloProcess silo, HermesClient client)
    {
        Silo = silo;
        Client = client;
    }

    public SiloProcess Silo { get; }

    public HermesClient Client { get; }

    public static Task<Platform> StartAsync(string dataDirectory, params string[] more) => StartAsync(new Dictionary<string, string>(), dataDirectory, more);

    /// <summary>One whose silo finds more in its environment.</summary>
    public static async Task<Platform> StartAsync(IReadOnlyDictionary<string, string> environment, string dataDirectory, params string[] more)
    {
        var told = more.Contains("--checkpoint-seconds") ? more : ["--checkpoint-seconds", "0.2", .. more];
        var silo = await SiloProcess.StartAsync(PlatformProgram.Silo.Find(), dataDirectory, told, environment);
        return new Platform(silo, await HermesClient.ConnectAsync(silo.Address));
    }

    /// <summary>A question to the first version of the model that runs make.</summary>
    public Task<SegmentationRequest> QuestionAsync(SegmentationQuestion question) => Client.Segmentations.ResolveAsync(new ModelReference(Names.DefaultModel, "1"), question);

    /// <summary>Waits until a run is where <paramref name="isThere"/> says.</summary>
    public async Task<RunStatus> WaitAsync(string run, Func<RunStatus, bool> isThere, TimeSpan? atMost = null)
    {
        using var patience = new CancellationTokenSource(atMost ?? Patience);
        while (true)
        {
            var status = await Client.Runs.GetAsync(run, patience.Token);
            if (isThere(status))
            {
                return status;
            }

            Assert.False(status.State == RunState.Failed, status.Cause?.Message);
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>Waits until an update is where <paramref name="isThere"/> says.</summary>
    public async Task<UpdateStatus> UpdateAsync(string update, Func<UpdateStatus, bool> isThere, TimeSpan? atMost = null)
    {
        UpdateStatus? seen = null;
        await UntilAsync(
            async () =>
            {
                seen = await Client.Updates.GetAsync(update);
                Assert.False(seen.State is UpdateState.Failed or UpdateState.Rejected, seen.Cause?.Message);
                return isThere(seen);
            },
            atMost ?? Patience);
        return seen!;
    }

    /// <summary>The version of the model that runs make which is live, or another one.</summary>
    public Task<ModelVersion> ResolveAsync(string? version = null) => Client.Models.ResolveAsync(new ModelReference(Names.DefaultModel, version));

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, TimeSpan? atMost = null)
    {
        using var patience = new CancellationTokenSource(atMost ?? TimeSpan.FromMinutes(2));
        while (!await isSo())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>The real command, asked for JSON.</summary>
    public Task<HermesProcess> HermesAsync(params string[] arguments) => HermesProcess.RunAsync([.. arguments, "--address", Silo.Address, "--json"]);

    /// <summary>The real command, which must succeed.</summary>
    public async Task<HermesProcess> DoAsync(params string[] arguments)
    {
        var done = await HermesAsync(arguments);
        Assert.True(done.ExitCode == 0, $"{string.Join(' ', arguments)}: {done.Output} {done.Error}");
        return done;
    }

    /// <summary><c>dataset add</c> of a folder made by <see cref="Scans.WriteCases"/>.</summary>
    public Task<HermesProcess> AddAsync(string name, string folder, params string[] more) => HermesAsync([.. AddArguments(name, folder), .. more]);

    /// <summary>All datasets that are listed, with what they hold.</summary>
    public async Task<IReadOnlyList<string>> ListAsync() =>
        await Client.Datasets.ListAsync().Select(d => $"{d.Declaration!.Name} {d.State} {d.Version} {d.Cases}").ToListAsync();

    /// <summary>The worker processes of the silo, by what is on their command line.</summary>
    public IReadOnlyList<int> Workers() => WorkersOf(Silo.Id);

    /// <summary>The worker processes of a silo's process.</summary>
    internal static IReadOnlyList<int> WorkersOf(int silo) =>
    [
        .. from directory in Directory.EnumerateDirectories("/proc")
           where int.TryParse(Path.GetFileName(directory), out _)
           let process = int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture)
           where ParentOf(process) == silo && CommandLineOf(process).Contains("hermes-worker", StringComparison.Ordinal)
           select process,
    ];

    /// <summary>The workers stand still, whatever they are sent, until the end of the returned scope.</summary>
    public HeldProcesses HoldWorkers() => new HeldProcesses(Workers());

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Silo.DisposeAsync();
    }

    /// <summary>The first cases of a folder with <c>images</c> and <c>labels</c>.</summary>
    internal static DatasetSource Source(string dataset, string folder, string names, string modality, int training, int test = 0)
    {
        var all = CasePairing.Find(Path.Combine(folder, "images"), Path.Combine(folder, "labels")).Cases;
        return new DatasetSource
        {
            Declaration = new DatasetDeclaration
            {
                Name = dataset,
                Modality = modality,
                Labels = LabelNames.Read(Path.Combine(folder, names), dataset),
            },
            Cases =
            [
                .. all.Take(training).Select(c => c with { FixedSplit = Split.Train }),
                .. all.Skip(training).Take(test).Select(c => c with { FixedSplit = Split.Test }),
            ],
        };
    }

    internal static string[] AddArguments(string name, string folder) =>
    [
        "dataset", "add", name, "--modality", "ct", "--images", Path.Combine(folder, "images"), "--labels", Path.Combine(folder, "labels"),
        "--label-names", Path.Combine(folder, "names.json"),
    ];

    /// <summary>What a process was started with; nothing when it is gone.</summary>
    internal static string CommandLineOf(int process) => Read($"/proc/{process}/cmdline");

    private static int ParentOf(int process)
    {
        // pid (name) state parent ...; the name may hold spaces and brackets.
        var stat = Read($"/proc/{process}/stat");
        var afterName = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return afterName.Length > 1 && int.TryParse(afterName[1], out var parent) ? parent : 0;
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file, Encoding.ASCII).Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
