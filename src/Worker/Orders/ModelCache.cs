using Hermes.Grains.Interfaces.Blobs;
using Hermes.Model.Checkpoints;
using Hermes.Model.Runtime;

namespace Hermes.Worker.Orders;

/// <summary>Keeps the models used last loaded.</summary>
internal sealed class ModelCache(WorkerBlobs blobs, TorchRuntimeState runtime)
{
    private const int Kept = 2;
    private readonly List<(string Sha256, ModelPackage Model)> _loaded = [];

    public ModelPackage Get(BlobRef package)
    {
        var index = _loaded.FindIndex(l => l.Sha256 == package.Sha256);
        var found = index >= 0 ? _loaded[index] : (package.Sha256, ModelPackage.Load(blobs.Fetch(package), runtime));
        if (index >= 0)
        {
            _loaded.RemoveAt(index);
        }

        _loaded.Insert(0, found);
        if (_loaded.Count > Kept)
        {
            _loaded[Kept].Model.Dispose();
            _loaded.RemoveAt(Kept);
        }

        return found.Item2;
    }
}
