using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Model.Checkpoints;
using Hermes.Model.Runtime;

namespace Hermes.Worker.Orders;

/// <summary>Keeps the trunks and branches used last loaded: a trunk once, however many branches it has.</summary>
internal sealed class ModelCache(WorkerBlobs blobs, TorchRuntimeState runtime)
{
    private const int KeptTrunks = 2;
    private const int KeptBranches = SegmentOrder.MostQuestions;
    private readonly RecentlyUsed<ModelPackage> _trunks = new(KeptTrunks);
    private readonly RecentlyUsed<BranchPackage> _branches = new(KeptBranches);

    public (ModelPackage Trunk, BranchPackage? Branch) Get(BlobRef package, BlobRef? branch)
    {
        var trunk = _trunks.Get(package.Sha256, () => blobs.Read(package, path => ModelPackage.Load(path, runtime)));
        return (trunk, branch is null ? null : OfTrunk(branch, trunk));
    }

    public void ReleaseBranches() => _branches.Release();

    private BranchPackage OfTrunk(BlobRef branch, ModelPackage trunk)
    {
        var found = _branches.Get(branch.Sha256, () => blobs.Read(branch, path => BranchPackage.Load(path, trunk)));
        found.RequireTrunk(trunk);
        return found;
    }
}
