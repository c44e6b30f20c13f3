using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>What is wrong with a blob, in the same words whatever store it lies in.</summary>
internal static class BlobFailures
{
    public static HermesException Missing(BlobRef blob, string site) => new($"Blob {blob.Sha256} is not in the store of site {site}.");

    /// <exception cref="HermesException">The reference is none.</exception>
    public static void RequireWellFormed(BlobRef blob)
    {
        if (!blob.IsWellFormed)
        {
            throw new HermesException($"'{blob.Sha256}' with {blob.Length} bytes is not a blob reference: a SHA-256 in lower-case hexadecimal digits and a length were expected.");
        }
    }

    /// <exception cref="HermesException">It would be too much for memory.</exception>
    public static void RequireAtMost(int limit, BlobRef blob)
    {
        if (blob.Length > limit)
        {
            throw new HermesException($"Blob {blob.Sha256} has {blob.Length} bytes; at most {limit} may be read at once.");
        }
    }

    /// <exception cref="HermesException">The store holds something of another length.</exception>
    public static void RequireLength(BlobRef blob, long actual)
    {
        if (actual != blob.Length)
        {
            throw new HermesException($"Blob {blob.Sha256} should have {blob.Length} bytes; the store holds {actual}.");
        }
    }

    /// <exception cref="HermesException">The store holds other bytes.</exception>
    public static void RequireDigest(BlobRef blob, ReadOnlySpan<byte> actual)
    {
        if (Convert.ToHexStringLower(actual) != blob.Sha256)
        {
            throw new HermesException(
                $"Blob {blob.Sha256} was damaged in the store: its bytes have the digest {Convert.ToHexStringLower(actual)}.",
                hint: "Check what the store lies on, and bring the blob back from a copy of the store if there is one.").With(Remedy.CheckBlobs);
        }
    }
}
