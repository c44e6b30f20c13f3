namespace Hermes.Grains.Datasets;

/// <summary>A blob that goes with a withdrawn dataset, unless others refer to it. No reference, so that it keeps nothing alive.</summary>
/// <param name="Digest">Its SHA-256.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="IsOwn">Whether the dataset refers to it, and not only what was learned from it.</param>
internal sealed record DoomedBlob(string Digest, long Bytes, bool IsOwn);
