namespace Hermes.Grains.Interfaces.Blobs;

/// <summary>What became of the blobs of a store.</summary>
/// <param name="Removed">Blobs that were removed, or would be.</param>
/// <param name="RemovedBytes">Their size in bytes.</param>
/// <param name="Kept">Blobs that are referred to.</param>
/// <param name="KeptBytes">Their size in bytes.</param>
/// <param name="Young">Blobs that nothing refers to yet, within their time of grace.</param>
/// <param name="YoungBytes">Their size in bytes.</param>
[GenerateSerializer, Immutable, Alias("hermes.BlobCollection")]
public sealed record BlobCollection(
    [property: Id(0)] int Removed,
    [property: Id(1)] long RemovedBytes,
    [property: Id(2)] int Kept,
    [property: Id(3)] long KeptBytes,
    [property: Id(4)] int Young,
    [property: Id(5)] long YoungBytes)
{
    /// <summary>How long a blob may lie in the store before something refers to it.</summary>
    public static TimeSpan Grace { get; } = TimeSpan.FromHours(24);
}
