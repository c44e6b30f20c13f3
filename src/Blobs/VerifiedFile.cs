using System.Buffers;
using System.Security.Cryptography;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>Files whose bytes were announced by length and digest.</summary>
internal static class VerifiedFile
{
    /// <summary>Writes all of <paramref name="content"/> to a new file and to the disk; <paramref name="onWritten"/> hears of every piece.</summary>
    /// <exception cref="HermesException">The bytes differ from what was announced; the file is to be removed.</exception>
    public static async Task WriteAsync(BlobRef expected, Stream content, string path, Action<int> onWritten, CancellationToken cancellationToken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(FileBlobStore.BufferSize);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            long written = 0;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                written += read;
                if (written > expected.Length)
                {
                    throw new HermesException($"Blob {expected.Sha256} was announced with {expected.Length} bytes; more came.");
                }

                digest.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                onWritten(read);
            }

            if (written < expected.Length)
            {
                throw new HermesException(
                    $"Blob {expected.Sha256} was announced with {expected.Length} bytes; only {written} came.", hint: "Send it again.");
            }

            var actual = Convert.ToHexStringLower(digest.GetHashAndReset());
            if (actual != expected.Sha256)
            {
                throw new HermesException(
                    $"Blob {expected.Sha256} was announced, but the bytes that came have the digest {actual}.",
                    hint: "The file changed while it was sent, or was damaged on the way: send it again.");
            }

            file.Flush(flushToDisk: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
