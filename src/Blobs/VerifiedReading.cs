using System.Security.Cryptography;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>Reads blobs from the stream of a store, so that damage is noticed.</summary>
internal static class VerifiedReading
{
    /// <exception cref="HermesException">The bytes were damaged.</exception>
    public static async Task<byte[]> ReadAllAsync(this Stream stored, BlobRef blob, CancellationToken cancellationToken)
    {
        var bytes = new byte[blob.Length];
        await stored.ReadExactlyAsync(bytes, cancellationToken);
        BlobFailures.RequireDigest(blob, SHA256.HashData(bytes));
        return bytes;
    }

    /// <exception cref="HermesException">The bytes were damaged.</exception>
    public static async Task RequireIntactAsync(this Stream stored, BlobRef blob, CancellationToken cancellationToken) =>
        BlobFailures.RequireDigest(blob, await SHA256.HashDataAsync(stored, cancellationToken));
}
