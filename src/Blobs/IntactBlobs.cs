using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>Whether what a store holds is still what was put into it.</summary>
public static class IntactBlobs
{
    /// <summary>Whether all bytes are there and have their digest; reads them all.</summary>
    /// <exception cref="HermesException">The store does not answer, or the disk is full.</exception>
    public static async Task<bool> IsIntactAsync(this IBlobStore store, BlobRef blob, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.VerifyAsync(blob, cancellationToken);
            return true;
        }
        catch (Exception damage) when (BlobDamage.Is(damage))
        {
            return false;
        }
    }
}
