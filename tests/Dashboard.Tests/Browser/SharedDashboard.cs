using Hermes.Client;
using Hermes.Client.Datasets;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Updates;
using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>
/// One platform with something of everything for many tests: datasets that are ready, of which one refused more cases, one that was refused whole, a run
/// that is completed, one that was cancelled and one that waits for a device that nobody has, an update whose branch is live and one that was cancelled, an event
/// that failed, an answer beside its reference, and somebody with a token. And one browser that was let in, begun by the first test that needs it, so that only those are
/// skipped where there is none.
/// </summary>
public sealed class SharedDashboard : IAsyncLifetime, IDisposable
{
    public const string Ct = "abdomen";
    public const string CtCase = "ct_001";
    public const string T1 = "brain";
    public const string T1Case = "t1_001";
    public const string Refused = "lesions";
    public const string Grown = "nodes";
    public const string Update = "grow-nodes";
    public const string Halted = "grow-longer";
    public const string Completed = "first";
    public const string Cancelled = "second";
    public const string Waiting = "third";
    public const string Somebody = "anna";

    /// <summary>The event that failed: nobody has the model that is to learn <see cref="T1"/>.</summary>
    public const string FailedEvent = $"dataset/{Names.DefaultSite}/{T1}@1";

    /// <summary>Stands in the routes of tests for the key of the answer about <see cref="T1Case"/>.</summary>
    public const string Answer = "ANSWER";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<LocalChromium>> _browser;

    public SharedDashboard() => _browser = new Lazy<Task<LocalChromium>>(() => LocalChromium.EnterAsync(Platform));

    public LivePlatform Platform { get; } = new();

    internal HermesClient Client { get; private set; } = null!;

    // A page's address names its answer by the digest of the question, which is known once it is asked.
    private string AnswerKey { get; set; } = "";

    public async Task InitializeAsync()
    {
        await Task.WhenAll(Platform.InitializeAsync(), Phantoms.WriteAsync(_folder.Path));
        Client = await Platform.ConnectAsync();
        await Client.Datasets.AddAsync(Source(Ct, "phantom_ct", "ct", 4));
        var grown = Source(T1, "phantom_t1", "t1", 3);
        await Client.Datasets.AddAsync(grown with { Declaration = grown.Declaration with { Grow = "later" } });
        var broken = _folder.File("broken.nii.gz", "This is no volume.");
        await RefuseAsync(Client.Datasets.AddAsync, Source(Refused, "phantom_pet", "pet", 1), broken);
        await RefuseAsync(Client.Datasets.AppendAsync, Source(T1, "phantom_t1", "t1", 0), broken);
        await Client.Runs.StartAsync(Completed, new RunRequest { Preset = "tiny", Steps = 6 });
        await Client.Runs.StartAsync(Cancelled, new RunRequest { Preset = "tiny", Steps = 100_000 });
        await Client.Runs.CancelAsync(Cancelled);
        await WaitAsync(Cancelled, RunState.Cancelled);

        // After the runs were begun: their trunk does not know it.
        await Client.Datasets.AddAsync(Source(Grown, "phantom_pet", "pet", 2));
        await WaitAsync(Completed, RunState.Completed);
        await GrowAsync();
        await SegmentAsync();
        await Client.Runs.StartAsync(Waiting, new RunRequest { Preset = "tiny", Steps = 6, DeviceKind = DeviceKinds.Cuda });
        await Client.Access.CreateAsync(Somebody, Role.Trainer);
        await WaitAsync(async token => await Client.Events.ListPageAsync(new CatalogFilter { State = EventState.Failed.Word() }, 1, token) is { Count: > 0 });
    }

    public async Task DisposeAsync()
    {
        if (_browser is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _browser.Value).DisposeAsync();
        }

        await Client.DisposeAsync();
        await Platform.DisposeAsync();
    }

    public void Dispose()
    {
        Platform.Dispose();
        _folder.Dispose();
    }

    /// <summary>A new page of a browser that was let in; without a browser the test is skipped, or fails where HERMES_TEST_REQUIRE names <c>browser</c>.</summary>
    internal async Task<IPage> NewPageAsync(ColorScheme colours = ColorScheme.Light, int width = LocalChromium.Wide) =>
        await (await _browser.Value).NewPageAsync(colours, width);

    /// <summary>Where a page is.</summary>
    /// <param name="route">The route, maybe with <see cref="Answer"/> in it.</param>
    internal string AddressOf(string route) => route.Replace(Answer, AnswerKey, StringComparison.Ordinal);

    private DatasetSource Source(string name, string phantom, string modality, int cases) => new()
    {
        Declaration = new DatasetDeclaration { Name = name, Modality = modality, Labels = LabelNames.Read(_folder.At($"{phantom}/labels.json"), name) },
        Cases = [.. CasePairing.Find(_folder.At($"{phantom}/images"), _folder.At($"{phantom}/labels")).Cases.Take(cases)],
    };

    private static Task<HermesException> RefuseAsync(Func<DatasetSource, IProgress<AddProgress>?, CancellationToken, Task> offer, DatasetSource source, string broken) =>
        Assert.ThrowsAsync<HermesException>(() => offer(source with { Cases = [.. source.Cases, new CaseFiles("broken", broken, null)] }, null, CancellationToken.None));

    private async Task GrowAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var request = new UpdateRequest { Datasets = [Names.DatasetKey(Names.DefaultSite, Grown)], Steps = 2, AutoPromote = true };
        await Client.Runs.FollowAsync(Completed, null, patience.Token);
        await Client.Updates.CreateAsync(Update, request, patience.Token);
        await Client.Updates.CreateAsync(Halted, request with { Steps = 100_000, AutoPromote = false }, patience.Token);
        await Client.Updates.CancelAsync(Halted, patience.Token);
        Assert.Equal(UpdateState.Promoted, (await Client.Updates.FollowAsync(Update, null, patience.Token)).State);
    }

    private async Task SegmentAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var key = Names.DatasetKey(Names.DefaultSite, T1);
        var facts = (await Client.Datasets.FindCaseAsync(key, 1, T1Case, patience.Token))!.Record.Facts;
        var labels = (await Client.Datasets.GetAsync(key, patience.Token)).Declaration!.Labels;
        var request = await Client.Segmentations.ResolveAsync(
            ModelReference.Parse(Names.DefaultModel),
            new SegmentationQuestion
            {
                Image = facts.Image,
                ImageFile = T1Case,
                Case = new PinnedCase(new PinnedDataset(key, 1), T1Case),
                PromptGroup = T1,
                Reference = facts.Label,
                ReferenceLabels = [.. labels.Select(l => new PromptLabel(l.Value, l.Task))],
            },
            patience.Token);
        await Client.Segmentations.AnswerAsync(request, null, patience.Token);
        AnswerKey = request.Key();
    }

    private Task WaitAsync(string run, RunState state) => WaitAsync(async token => (await Client.Runs.GetAsync(run, token)).State == state);

    private static async Task WaitAsync(Func<CancellationToken, Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await isSo(patience.Token))
        {
            await Task.Delay(100, patience.Token);
        }
    }
}
