using Hermes.Blobs;
using Hermes.Grains.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;
using Hermes.Imaging.Configuration;

namespace Hermes.Grains.Runs;

/// <summary>Finds and pins what a run learns from, and writes it down for its worker.</summary>
internal sealed class RunInputs(IGrainFactory grains, ICatalogStore catalog, IBlobStore blobs)
{
    private const int CatalogPage = 500;

    private static readonly string[] Usable = [.. Enum.GetValues<DatasetState>().Where(s => s.HasVersion()).Select(s => s.Word())];

    /// <summary>The newest versions of the datasets asked for, or of all that are ready.</summary>
    /// <exception cref="HermesException">A dataset is unknown or not ready, or there is none.</exception>
    public async Task<IReadOnlyList<PinnedDataset>> PinAsync(IReadOnlyList<string> asked, CancellationToken cancellationToken)
    {
        var keys = asked.Count > 0 ? asked : await ReadyAsync(cancellationToken);
        if (keys.Count == 0)
        {
            throw new HermesException("There is no dataset to learn from.").With(Remedy.AddDataset);
        }

        var pinned = new List<PinnedDataset>();
        foreach (var key in keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var status = await grains.GetGrain<IDatasetGrain>(key).GetAsync(cancellationToken);
            if (!status.State.HasVersion())
            {
                throw NoVersion.Of(key, status);
            }

            pinned.Add(new PinnedDataset(key, status.Version));
        }

        return pinned;
    }

    /// <summary>Refuses what was withdrawn since it was pinned.</summary>
    /// <exception cref="HermesException">A dataset is not to be used any more.</exception>
    public async Task RequireUsableAsync(IReadOnlyList<PinnedDataset> pinned, CancellationToken cancellationToken)
    {
        foreach (var pin in pinned)
        {
            var status = await grains.GetGrain<IDatasetGrain>(pin.Dataset).GetAsync(cancellationToken);
            if (!status.State.HasVersion())
            {
                throw NoVersion.Of(pin.Dataset, status);
            }
        }
    }

    /// <summary>How a run is trained, as asked for or as its trunk was; null when the trunk's package cannot be read, which its worker refuses with the cause.</summary>
    /// <exception cref="HermesException">It cannot be used, or the store of blobs does not answer.</exception>
    public async Task<TrainingConfiguration?> ConfigurationAsync(RunRequest request, CancellationToken cancellationToken) =>
        (request.Branch?.Trunk ?? request.Trunk?.Parent) is { } trunk
            ? (await blobs.TrunkConfigurationAsync(trunk, cancellationToken))?.WithSteps(request.Steps!.Value)
            : RunConfiguration.Of(request);

    /// <summary>What a worker is told of a run, whatever checkpoint it goes on from: how to train, the tasks, and the cases it may see.</summary>
    /// <exception cref="HermesException">Nothing is there to learn, or a list of cases cannot be read.</exception>
    public async Task<TrainOrder> OrderAsync(
        string run, RunRequest request, string? configuration, IReadOnlyList<PinnedDataset> pinned, CancellationToken cancellationToken)
    {
        var datasets = new List<TrainingDataset>();
        var examples = 0;
        foreach (var (pin, task) in request.Branch?.Study is { } study ? request.Branch.Learned(study) : pinned.Select(p => (p, (string?)null)))
        {
            var cases = await CasesAsync(pin, cancellationToken);
            examples += cases.Count(c => c.Split == Split.Train);
            var dataset = await DatasetAsync(pin, cases, cancellationToken);
            datasets.Add(task is null ? dataset : dataset.Only(task));
        }

        return examples > 0
            ? new TrainOrder
            {
                OrderId = run,
                Run = run,
                Configuration = configuration,
                Seed = request.Seed,
                Tasks = [.. datasets.SelectMany(d => d.Labels).Select(l => l.Task).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                Datasets = datasets,
                Branch = request.Branch is not { } branch ? null : new BranchOrder
                {
                    Trunk = branch.Trunk,
                    Policy = branch.Policy,
                    Dataset = branch.Dataset,
                    Steps = request.Steps!.Value,
                    InitialPriors = branch.InitialPriors,
                    Study = branch.Study,
                },
                Trunk = request.Trunk is { } trunk ? new TrunkOrder(trunk.Parent, trunk.Scope, request.Steps!.Value) : null,
            }
            : throw new HermesException(
                $"No case of {string.Join(", ", pinned.Select(p => p.Dataset))} has labels and belongs to the training split; there is nothing to learn.");
    }

    /// <summary>The order, or where no device has room for a whole batch one that has it learned in parts.</summary>
    /// <returns>It, and a sentence for people where it is another.</returns>
    /// <exception cref="HermesException">It has no room even so; the message says what it needs and what there is.</exception>
    public async Task<(TrainOrder Order, string? Why)> WithRoomAsync(
        RunRequest request, IReadOnlyList<PinnedDataset> pinned, TrainOrder order, CancellationToken cancellationToken)
    {
        var scheduler = grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass);
        try
        {
            await scheduler.RequireRoomAsync(RunDemands.Of(request, pinned, order), cancellationToken);
            return (order, null);
        }
        catch (HermesException) when (RunDemands.CanBeLess(order))
        {
            var devices = (await scheduler.GetQueueAsync(cancellationToken)).Devices.Select(d => d.Device).ToList();
            var (smaller, why) = devices.FittedTo(request, pinned, order);
            await scheduler.RequireRoomAsync(RunDemands.Of(request, pinned, smaller), cancellationToken);
            return (smaller, why);
        }
    }

    /// <summary>
    /// Refuses an order that names a test case, whoever wrote it. A list of cases that is damaged or gone is refused by the worker, which needs all of them.
    /// </summary>
    /// <exception cref="HermesException">It names one, or the store of blobs does not answer.</exception>
    public async Task RequireNoTestCaseAsync(TrainOrder order, CancellationToken cancellationToken)
    {
        foreach (var (dataset, page) in order.Datasets.SelectMany(d => d.CasePages.Select(page => (d.Name, page))))
        {
            var cases = await ReadAsync(page);
            if (Array.Find(cases, c => c.Split == Split.Test) is { } test)
            {
                throw new HermesException(
                    $"The order of this run names the case '{test.CaseId}' of '{dataset}', which is a test case: nothing may learn from it or be chosen by it.",
                    hint: "A resume writes the order anew from the dataset.");
            }
        }

        async Task<CaseRecord[]> ReadAsync(BlobRef page)
        {
            try
            {
                return await blobs.GetJsonAsync<CaseRecord[]>(page, cancellationToken);
            }
            catch (HermesException damage) when (!damage.IsPassing)
            {
                return [];
            }
        }
    }

    /// <summary>
    /// A run with its order written anew: the same content gives the same order, and what was damaged of its pages is mended. A run of an older version
    /// of the platform has none yet.
    /// </summary>
    /// <exception cref="HermesException">It has no order, and none can be written.</exception>
    public async Task<RunRecord> WrittenAgainAsync(string run, RunRecord record, CancellationToken cancellationToken)
    {
        try
        {
            var configuration = record.Order?.Configuration ?? (await ConfigurationAsync(record.Request!, cancellationToken))?.ToJson();
            var order = await OrderAsync(run, record.Request!, configuration, record.Datasets, cancellationToken);
            return record with { Order = order, StepsTotal = configuration is null ? record.Request!.Steps!.Value : TrainingConfiguration.FromJson(configuration).Steps };
        }
        catch (HermesException) when (record.Order is not null)
        {
            // What the dataset lost, the order may still have.
            return record;
        }
    }

    private async Task<List<string>> ReadyAsync(CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        IReadOnlyList<CatalogEntry> page;
        string? after = null;
        do
        {
            page = await catalog.ListAsync(CatalogKinds.Dataset, new CatalogFilter { After = after }, CatalogPage, cancellationToken);
            keys.AddRange(page.Where(e => Usable.Contains(e.State)).Select(e => e.Key));
            after = page.Count > 0 ? page[^1].Key : after;
        }
        while (page.Count == CatalogPage);

        return keys;
    }

    private async Task<TrainingDataset> DatasetAsync(PinnedDataset pin, List<CaseRecord> cases, CancellationToken cancellationToken)
    {
        var status = await grains.GetGrain<IDatasetGrain>(pin.Dataset).GetAsync(cancellationToken);
        var pages = new List<BlobRef>();
        foreach (var page in cases.Chunk(IDatasetGrain.PageSize))
        {
            pages.Add(await blobs.PutJsonAsync(page, cancellationToken));
        }

        return new TrainingDataset
        {
            Name = status.Declaration!.Name,
            Modality = status.Declaration.Modality,
            Labels = status.Declaration.Labels,
            CasePages = pages,
        };
    }

    // Only what may be seen while learning: labelled cases of the splits train and validation.
    private async Task<List<CaseRecord>> CasesAsync(PinnedDataset pin, CancellationToken cancellationToken)
    {
        var dataset = grains.GetGrain<IDatasetGrain>(pin.Dataset);
        var cases = new List<CaseRecord>();
        try
        {
            for (var page = 0; ; page++)
            {
                var records = await dataset.GetCasesAsync(pin.Version, page, cancellationToken);
                if (records.Count == 0)
                {
                    return cases;
                }

                cases.AddRange(records.Where(c => c.Split != Split.Test && c.Facts.Label is not null));
            }
        }
        catch (HermesException damage) when (!damage.IsPassing)
        {
            throw new HermesException(
                $"The case list of dataset '{pin.Dataset}', version {pin.Version}, cannot be read: {damage.Message}",
                hint: "Bring the blob back from a copy of the data directory, or add the dataset anew under another name.");
        }
    }
}
