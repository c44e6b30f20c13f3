using Hermes.Grains.Interfaces;

namespace Hermes.Blobs;

/// <summary>Recognises that a blob is missing or damaged. A store that does not answer and a disk without room for a copy say nothing of the blob.</summary>
public static class BlobDamage
{
    /// <summary>Whether <paramref name="error"/>, met in reading a blob, is its own.</summary>
    public static bool Is(Exception error) => error is HermesException { IsPassing: false } or InvalidDataException or IOException && !DiskFull.Is(error);
}
