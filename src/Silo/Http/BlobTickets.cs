using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Seams;
using Hermes.Hosting;

namespace Hermes.Silo.Http;

/// <summary>Permissions for the blob endpoint: an HMAC-SHA256 over method, digest, length and expiry.</summary>
internal sealed class BlobTickets(byte[] key, Uri address, long largestUpload, TimeProvider clock) : IBlobTickets
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    public long LargestUpload { get; } = largestUpload;

    /// <summary>The key in <paramref name="path"/>, readable by its owner alone; created when missing.</summary>
    /// <exception cref="HermesException">What lies there is no such key, or everybody may read it.</exception>
    public static byte[] LoadKey(string path)
    {
        const int Length = 32;
        PrivateFile.Make(path, () => RandomNumberGenerator.GetBytes(Length));
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        PrivateText.Require(file, "the key of the tickets for blobs");
        var key = new byte[Length];
        return file.Length == Length && file.ReadAtLeast(key, Length, throwOnEndOfStream: false) == Length ? key : throw new HermesException(
            $"{path} should hold {Length} bytes; it holds {file.Length}.", path, "Remove it: the silo makes another one, and tickets that are under way are asked for again.");
    }

    public BlobTicket Issue(string method, BlobRef blob, bool alreadyStored)
    {
        var expires = DateTimeOffset.FromUnixTimeSeconds((clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        var seconds = expires.ToUnixTimeSeconds();
        var signature = Convert.ToHexStringLower(Sign(method, blob.Sha256, blob.Length, seconds));
        var url = string.Create(CultureInfo.InvariantCulture, $"blobs/{blob.Sha256}?length={blob.Length}&expires={seconds}&signature={signature}");
        return new BlobTicket(blob, new Uri(address, url), expires, alreadyStored);
    }

    /// <summary>Why a permission is not good, or null when it is.</summary>
    public string? Refusal(string method, string sha256, long length, long expires, string? signature)
    {
        var given = new byte[HMACSHA256.HashSizeInBytes];
        var isHex = signature is { Length: 2 * HMACSHA256.HashSizeInBytes } && Convert.FromHexString(signature, given, out _, out _) == System.Buffers.OperationStatus.Done;
        if (!CryptographicOperations.FixedTimeEquals(given, Sign(method, sha256, length, expires)) || !isHex)
        {
            return "The ticket was not issued by this platform for this request.";
        }

        return clock.GetUtcNow().ToUnixTimeSeconds() > expires ? "The ticket has expired; ask for a new one." : null;
    }

    private byte[] Sign(string method, string sha256, long length, long expires) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{method}\n{sha256}\n{length}\n{expires}")));
}
