using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Configuration;

namespace Hermes.Worker.Tests.Processes;

/// <summary>A data directory and the orders that a silo would write for it.</summary>
internal sealed class WorkerData : IDisposable
{
    private static readonly LabelEntry[] Labels = [new(1, "box", "boxes/box")];

    private readonly TemporaryFolder _folder = new();
    private readonly FileBlobStore _store;

    public WorkerData()
    {
        _store = FileBlobStore.OfPlatform(_folder.At("data"));
        _store.PrepareAsync().GetAwaiter().GetResult();
    }

    public string Directory => _folder.At("data");

    public string At(string name) => _folder.At(name);

    /// <summary>An order to look into a case; <paramref name="image"/> and <paramref name="label"/> are the bytes of its files.</summary>
    public async Task<IngestOrder> IngestAsync(string id, byte[] image, byte[]? label = null) => new()
    {
        OrderId = id,
        Modality = "ct",
        Labels = Labels,
        Case = new CaseSource
        {
            CaseId = id,
            Patient = id,
            Image = await StoreAsync(image),
            Label = label is null ? null : await StoreAsync(label),
            ImageFile = $"/scans/{id}.nii",
            LabelFile = label is null ? null : $"/labels/{id}.nii",
        },
    };

    /// <summary>An order to train on cases that a worker has looked into.</summary>
    public Task<TrainOrder> TrainAsync(string id, int steps, params IReadOnlyList<CaseFacts> cases) => TrainAsync(id, steps, cases, []);

    /// <summary>An order to train on some cases and to validate on others.</summary>
    public async Task<TrainOrder> TrainAsync(string id, int steps, IReadOnlyList<CaseFacts> cases, IReadOnlyList<CaseFacts> validation)
    {
        var page = cases.Concat(validation).Select((facts, n) => new CaseRecord
        {
            CaseId = $"c{n}", Patient = $"c{n}", Split = n < cases.Count ? Split.Train : Split.Validation, SourceImageSha256 = facts.Image.Sha256, Facts = facts,
        }).ToArray();
        return new TrainOrder
        {
            OrderId = id,
            Run = id,
            Configuration = TrainingConfiguration.Preset("tiny").WithSteps(steps).ToJson(),
            Tasks = ["boxes/box"],
            Datasets = [new TrainingDataset { Name = "boxes", Modality = "ct", Labels = Labels, CasePages = [await _store.PutJsonAsync(page)] }],
        };
    }

    /// <summary>An order whose last case is a test case.</summary>
    public async Task<TrainOrder> WithTestCaseAsync(TrainOrder order)
    {
        var page = await _store.GetJsonAsync<CaseRecord[]>(order.Datasets[0].CasePages[0]);
        page[^1] = page[^1] with { Split = Split.Test };
        return order with { Datasets = [order.Datasets[0] with { CasePages = [await _store.PutJsonAsync(page)] }] };
    }

    /// <summary>An order to learn a branch of a trunk on cases of another dataset that draws the same boxes.</summary>
    public Task<TrainOrder> BranchAsync(string id, BlobRef trunk, int steps, params IReadOnlyList<CaseFacts> cases) => BranchAsync(id, trunk, steps, cases, []);

    /// <summary>An order to learn a branch of the trunk from some cases and to validate it on others.</summary>
    public async Task<TrainOrder> BranchAsync(string id, BlobRef trunk, int steps, IReadOnlyList<CaseFacts> cases, IReadOnlyList<CaseFacts> validation)
    {
        var order = await TrainAsync(id, steps, cases, validation);
        return order with
        {
            Configuration = null,
            Datasets = [order.Datasets[0] with { Name = "crates", Labels = [new LabelEntry(1, "crate", "crates/crate")] }],
            Branch = new BranchOrder { Trunk = trunk, Policy = BranchPolicy.Branch, Dataset = new PinnedDataset("local/crates", 1), Steps = steps },
        };
    }

    /// <summary>A question to the branch instead of its trunk.</summary>
    public static SegmentOrder ToBranch(SegmentOrder order, string id, BlobRef branch) => order with
    {
        OrderId = id,
        Requests = [order.Requests[0] with
        {
            Branch = branch,
            Prompt = new DefinitePrompt { Group = "crates", Modality = "ct", Tasks = ["crates/crate"], Wanted = [new PromptLabel(1, "crates/crate")] },
        }],
    };

    /// <summary>An order to segment a volume with a package.</summary>
    public async Task<SegmentOrder> SegmentAsync(string id, byte[] image, BlobRef package) => new()
    {
        OrderId = id,
        Requests = [new SegmentationRequest
        {
            Model = "universal@1",
            Package = package,
            Image = await StoreAsync(image),
            ImageFile = $"/scans/{id}.nii",
            Prompt = new DefinitePrompt { Group = "boxes", Modality = "ct", Tasks = ["boxes/box"], Wanted = [new PromptLabel(1, "boxes/box")] },
        }],
    };

    /// <summary>A document that a worker stored.</summary>
    public Task<T> ReadAsync<T>(BlobRef blob) => _store.GetJsonAsync<T>(blob);

    /// <summary>Where a blob lies.</summary>
    public string PathOf(BlobRef blob) => _store.TryGetLocalPath(blob)!;

    /// <summary>Cuts a blob's file in half, as a damaged disk might.</summary>
    public BlobRef Cut(BlobRef blob)
    {
        using var file = File.OpenWrite(_store.TryGetLocalPath(blob)!);
        file.SetLength(blob.Length / 2);
        return blob;
    }

    /// <summary>Takes the blobs away, as a disk that is not mounted does.</summary>
    public void TakeStore() => System.IO.Directory.Move(_store.Place, $"{_store.Place}.away");

    /// <summary>Brings them back.</summary>
    public void BringStore() => System.IO.Directory.Move($"{_store.Place}.away", _store.Place);

    public void Dispose() => _folder.Dispose();

    private async Task<BlobRef> StoreAsync(byte[] content)
    {
        var blob = BlobDigest.Of(content, _store.Site, MediaTypes.Nifti);
        await _store.PutStreamAsync(blob, new MemoryStream(content));
        return blob;
    }
}
