using System.Security.Cryptography;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>Reads blobs from the stream of a store: a part as it is, or all of it, so that damage is noticed.</summary>
internal static class VerifiedReading
{
    public static async Task<byte[]> ReadRangeAsync(this Stream stored, long from, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        stored.Position = from;
        await stored.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

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
