using System.Security.Cryptography;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>Bytes that come for a blob, compared with what was announced.</summary>
internal sealed class AnnouncedBytes(BlobRef expected) : IDisposable
{
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="HermesException">They are too many.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _length += bytes.Length;
        if (_length > expected.Length)
        {
            throw new HermesException($"Blob {expected.Sha256} was announced with {expected.Length} bytes; more came.");
        }

        _digest.AppendData(bytes);
    }

    /// <summary>No more bytes come.</summary>
    /// <exception cref="HermesException">They were too few, or others.</exception>
    public void RequireAll()
    {
        if (_length < expected.Length)
        {
            throw new HermesException($"Blob {expected.Sha256} was announced with {expected.Length} bytes; only {_length} came.", hint: "Send it again.");
        }

        var actual = Convert.ToHexStringLower(_digest.GetHashAndReset());
        if (actual != expected.Sha256)
        {
            throw new HermesException(
                $"Blob {expected.Sha256} was announced, but the bytes that came have the digest {actual}.",
                hint: "The file changed while it was sent, or was damaged on the way: send it again.");
        }
    }

    public void Dispose() => _digest.Dispose();
}
