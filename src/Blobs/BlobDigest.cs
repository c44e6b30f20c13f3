using System.Security.Cryptography;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>Names bytes by their digest before they are stored.</summary>
public static class BlobDigest
{
    /// <summary>The reference under which the file at <paramref name="path"/> would be stored.</summary>
    public static async Task<BlobRef> OfFileAsync(string path, string site, string mediaType, CancellationToken cancellationToken = default)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var length = file.Length;
        var digest = await SHA256.HashDataAsync(file, cancellationToken);
        return new BlobRef(site, Convert.ToHexStringLower(digest), length, mediaType);
    }

    /// <summary>The reference under which <paramref name="content"/> would be stored.</summary>
    public static BlobRef Of(ReadOnlySpan<byte> content, string site, string mediaType) =>
        new(site, Convert.ToHexStringLower(SHA256.HashData(content)), content.Length, mediaType);
}
