using Hermes.Client.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Client.Datasets;

/// <summary>How far an add is: a file on its way, or what the platform says of looking into the cases.</summary>
/// <param name="FilesDone">Files hashed or sent so far.</param>
/// <param name="FilesTotal">Files in all.</param>
/// <param name="Transfer">The file under way, while files are hashed or sent.</param>
/// <param name="Event">What the platform says, once it looks into the cases.</param>
public sealed record AddProgress(int FilesDone, int FilesTotal, TransferProgress? Transfer, ProgressEvent? Event)
{
    /// <summary>How much of the files under way is done, in files: several are sent beside each other.</summary>
    public double Parts { get; init; }
}

/// <summary>How an add ended.</summary>
/// <param name="Status">The dataset as it now is.</param>
/// <param name="WasThere">An earlier add of exactly these cases had ended, and its end was seen; nothing was added.</param>
public sealed record AddOutcome(DatasetStatus Status, bool WasThere);
