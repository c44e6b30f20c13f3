using System.Runtime.InteropServices;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Prompts;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using Hermes.Worker.Orders;
using static TorchSharp.torch;

namespace Hermes.Worker.Tests.Orders;

/// <summary>A worker holds a trunk once and the branches in use, however many it knows.</summary>
[Collection(AloneInTheProcessCollection.Name)]
public sealed class ModelCacheTests : IDisposable
{
    private const int Known = 20;
    private const int InUse = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly WorkerBlobs _blobs;

    public ModelCacheTests()
    {
        var store = FileBlobStore.OfPlatform(_folder.At("data"));
        store.PrepareAsync().GetAwaiter().GetResult();
        TorchLibrary.Load();
        _blobs = new WorkerBlobs(store, _folder.At("tmp"), new Cache(_folder.At("cache"), TimeProvider.System));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void At_the_published_width_twenty_branches_known_take_the_memory_of_the_four_in_use()
    {
        var (trunk, branches) = Published();
        var models = new ModelCache(_blobs, new TorchRuntimeState(CPU, ConvolutionPrecision.Full, 1));
        models.Get(trunk, branches[0]);
        models.ReleaseBranches();
        var alone = NativeMemory();
        foreach (var branch in branches.Take(InUse))
        {
            models.Get(trunk, branch);
        }

        var four = NativeMemory() - alone;

        // What the runtime takes for itself meanwhile passes; what is kept stays.
        var twenty = Enumerable.Range(0, 3).Min(_ =>
        {
            branches.ForEach(branch => models.Get(trunk, branch));
            return NativeMemory() - alone;
        });
        var size = branches[0].Length;
        Assert.InRange(four, InUse * size * 9 / 10, InUse * size * 3 / 2);
        Assert.True(twenty < four + size, $"Four branches of {size} bytes take {four}, twenty that were used in turn {twenty}.");
    }

    // A network of the published sizes that never learned, and branches of it.
    private (BlobRef Trunk, List<BlobRef> Branches) Published()
    {
        var configuration = TrainingConfiguration.Preset("hermes-r");
        var group = new DatasetPrompt("one", "ct", [new LabelledTask(1, "one/liver")]);
        using var generator = new Generator(3);
        using var network = HermesNetwork.Create(configuration.Network, new PriorVocabulary(group.Tasks, ["ct"]), generator);
        var description = new ModelDescription
        {
            Tasks = [.. group.Tasks], Modalities = ["ct"], PromptGroups = [group], Configuration = configuration.ToJson(), Plan = configuration.Plan().ToJson(), Steps = 0,
        };
        var trunk = Store(network.NamedParameters(), description.Metadata());
        using var package = _blobs.Read(trunk, path => ModelPackage.Load(path));
        var branches = new List<BlobRef>();
        for (var n = 0; n < Known; n++)
        {
            var its = BranchDescription.Of(package, new DatasetPrompt($"new{n}", "ct", [new LabelledTask(1, $"new{n}/stomach")]), ownsStages: true, configuration);
            using var branch = new Branch(network, new PriorVocabulary(its.Tasks, its.Modalities), ownsStages: true, generator);
            branches.Add(Store(branch.NamedParameters(), its.Metadata()));
        }

        return (trunk, branches);
    }

    private BlobRef Store(IReadOnlyList<NetworkParameter> parameters, IReadOnlyDictionary<string, string> metadata) => _blobs.Store(
        MediaTypes.Safetensors, ".safetensors", path => SafetensorsWriter.Write(path, metadata, [.. parameters.Select(p => new SafetensorsTensor(p.Name, SafetensorsType.F32, p.Shape, take =>
        {
            using var values = p.Read();
            take(values.contiguous().bytes);
        }))]));

    // What is allocated and not freed, by the C library's own account: tensors, and not the garbage-collected heap.
    private static long NativeMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var account = Account();
        return (long)(account.InUse + account.Mapped);
    }

    [DllImport("libc", EntryPoint = "mallinfo2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern MallocAccount Account();

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MallocAccount
    {
        private readonly nuint _arena;
        private readonly nuint _freeChunks;
        private readonly nuint _fastChunks;
        private readonly nuint _mappings;
        public readonly nuint Mapped;
        private readonly nuint _unused;
        private readonly nuint _freeFast;
        public readonly nuint InUse;
        private readonly nuint _free;
        private readonly nuint _top;
    }
}
