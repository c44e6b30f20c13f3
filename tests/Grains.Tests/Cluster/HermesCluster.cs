using System.Text;
using Hermes.Blobs;
using Hermes.Grains.Datasets;
using Hermes.Grains.Events;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Owners;
using Hermes.Grains.Seams;
using Hermes.Grains.State;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Hosting;
using Orleans.TestingHost;

namespace Hermes.Grains.Tests.Cluster;

/// <summary>One silo in this process, with scripted workers, for all tests of the actors.</summary>
public sealed class HermesCluster : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hermes-grains-").FullName;
    private readonly CancellationTokenSource _ending = new();
    private InProcessTestCluster _cluster = null!;
    private Task _declaring = Task.CompletedTask;
    private volatile string _incarnation = "";
    private int _names;

    public HermesCluster()
    {
        Blobs = new FileBlobStore(_directory, freeBytes: () => FreeBytes);
        Workers = new ScriptedWorkers(Blobs);
        BlobCare = new RecordedBlobCare(Storage, Blobs);
    }

    /// <summary>What is left of the disk.</summary>
    public long FreeBytes { get; set; } = long.MaxValue;

    public FileBlobStore Blobs { get; }

    public ScriptedWorkers Workers { get; }

    public RecordedBlobCare BlobCare { get; }

    public MemoryCatalog Catalog { get; } = new();

    public RecordedStorage Storage { get; } = new();

    public Troubles Troubles { get; } = new(TimeProvider.System);

    /// <summary>How often its actors look around.</summary>
    public GrainTimings Timings { get; init; } = new()
    {
        Heartbeat = TimeSpan.FromMilliseconds(150),
        Tick = TimeSpan.FromMilliseconds(200),
        LeaseLifetime = TimeSpan.FromSeconds(30),
        ProgressInterval = TimeSpan.Zero,
        AnswersKept = TimeSpan.FromDays(30),
    };

    /// <summary>How many silos there are; the device is of the first.</summary>
    public short Silos { get; init; } = 1;

    /// <summary>What its device has; null when nobody knows.</summary>
    public long? Memory { get; init; }

    public IGrainFactory Grains => _cluster.Client;

    /// <summary>What carries events to the silo's subscribers.</summary>
    public IEventBus Bus => _cluster.GetSiloServiceProvider().GetRequiredService<IEventBus>();

    public string Silo => _cluster.Silos[0].Name;

    /// <summary>What each silo that is left notes of changes.</summary>
    public IReadOnlyList<ChangeNotes> Changes => [.. _cluster.Silos.Where(s => s.IsActive).Select(s => s.ServiceProvider.GetRequiredService<ChangeNotes>())];

    public string Device => $"{Silo}/cpu";

    public ISchedulerGrain Scheduler => Grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass);

    public async Task InitializeAsync()
    {
        await Blobs.PrepareAsync();
        var builder = new InProcessTestClusterBuilder(Silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(Timings);
            silo.Services.AddSingleton(Troubles);
            silo.Services.AddSingleton<IBlobStore>(Blobs);
            silo.Services.AddSingleton<IWorkerPool>(Workers);
            silo.Services.AddSingleton<ICatalogStore>(Catalog);
            silo.Services.AddSingleton<IBlobCare>(BlobCare);
            silo.Services.AddSingleton<IEventBus, FaultyBus>();
            silo.Services.AddMediator(bus =>
            {
                bus.AddHermesSubscribers();
                bus.ConfigureMediator((_, mediator) => mediator.UseRetries(TimeSpan.FromMilliseconds(10)));
            });
            silo.Services.AddGrainStorage("hermes", (_, _) => Storage);
            silo.AddHermesGrains();
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        await DeclareAsync("first life");
        _declaring = KeepDeclaringAsync();
    }

    public async Task DisposeAsync()
    {
        await _ending.CancelAsync();
        await _declaring;
        await _cluster.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The silo says that it lives and has one device, and goes on saying so.</summary>
    public Task DeclareAsync(string incarnation) => Scheduler.DeclareDevicesAsync(
        Silo, _incarnation = incarnation, [new DeviceDescription(Device, Silo, "cpu", 1) { Memory = Memory }]);

    private async Task KeepDeclaringAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_ending.IsCancellationRequested)
            {
                await DeclareAsync(_incarnation);
            }
        }
    }

    /// <summary>Ends an actor's activation; the next call makes a new one from what was stored.</summary>
    public Task LoseAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    /// <summary>Ends, without a word, the silo on which an actor is.</summary>
    public async Task LoseSiloOfAsync(IAddressable grain)
    {
        var place = await _cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
        await _cluster.KillSiloAsync(_cluster.Silos.Single(s => s.SiloAddress.Equals(place)));
    }

    public string NewName(string what) => $"{what}{Interlocked.Increment(ref _names)}";

    /// <summary>What stands for a volume here: some bytes.</summary>
    public async Task<BlobRef> UploadAsync(string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var blob = BlobDigest.Of(bytes, Blobs.Site, MediaTypes.NiftiGz);
        await Blobs.PutStreamAsync(blob, new MemoryStream(bytes));
        return blob;
    }

    public async Task<CaseSource> CaseAsync(string file, string? patient = null, bool labelled = true, Split? split = null) => new()
    {
        CaseId = file,
        Patient = patient ?? file,
        Image = await UploadAsync($"image of {file}"),
        Label = labelled ? await UploadAsync($"label of {file}") : null,
        ImageFile = $"{file}.nii.gz",
        LabelFile = labelled ? $"{file}_gt.nii.gz" : null,
        FixedSplit = split,
    };

    public static DatasetDeclaration Declare(string name, params LabelEntry[] labels) => new()
    {
        Name = name,
        Modality = "ct",
        Labels = labels.Length > 0 ? labels : [new LabelEntry(1, "liver", $"{name}/liver"), new LabelEntry(2, "spleen", $"{name}/spleen")],
    };

    public IDatasetGrain Dataset(string name) => Grains.GetGrain<IDatasetGrain>(Names.DatasetKey(Names.DefaultSite, name));

    public IRunGrain Run(string name) => Grains.GetGrain<IRunGrain>(name);

    /// <summary>All steps of an add, up to the commit.</summary>
    public async Task<IDatasetGrain> AddAsync(string name, string command, IReadOnlyList<CaseSource> cases, params LabelEntry[] labels)
    {
        await Dataset(name).BeginAddAsync(command, Declare(name, labels), cases.Count);
        return await OfferAsync(name, command, cases);
    }

    /// <summary>All steps of an append, up to the commit.</summary>
    public async Task<IDatasetGrain> AppendAsync(string name, string command, IReadOnlyList<CaseSource> cases)
    {
        await Dataset(name).BeginAppendAsync(command, Declare(name), cases.Count);
        return await OfferAsync(name, command, cases);
    }

    private async Task<IDatasetGrain> OfferAsync(string name, string command, IReadOnlyList<CaseSource> cases)
    {
        var dataset = Dataset(name);
        foreach (var (page, i) in cases.Chunk(IDatasetGrain.PageSize).Select((p, i) => (p, i)))
        {
            await dataset.StageAsync(command, i, page);
        }

        await dataset.CommitAsync(command);
        return dataset;
    }

    /// <summary>A dataset that is ready: cases named a, b, c and so on.</summary>
    public async Task<string> ReadyDatasetAsync(int cases = 6, Func<CaseFacts, CaseFacts>? measured = null)
    {
        var name = NewName("data");
        var offered = new List<CaseSource>();
        for (var i = 0; i < cases; i++)
        {
            offered.Add(await CaseAsync($"{name}-{i}"));
            if (measured is not null)
            {
                Workers.Measured[offered[i].ImageFile] = measured;
            }
        }

        var dataset = await AddAsync(name, "add", offered);
        await Eventually.ReachesAsync(async () => (await dataset.GetAsync()).State, DatasetState.Ready);
        return Names.DatasetKey(Names.DefaultSite, name);
    }

    /// <summary>The blobs with the case list of a dataset's version, the newest when none is named.</summary>
    public IReadOnlyList<BlobRef> PagesOf(string dataset, int? version = null) => new StateJson()
        .Deserialize<Versioned<DatasetRecord>>(new BinaryData(Storage.Payload("dataset", Grains.GetGrain<IDatasetGrain>(dataset))!))
        .Value.Versions[version is { } number ? number - 1 : ^1].Pages;

    public Task<RunStatus> ReachesAsync(string run, RunState state) => Eventually.HoldsAsync(() => Run(run).GetAsync(), s => s.State == state);
}
