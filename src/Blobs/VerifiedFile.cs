using System.Buffers;
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
        using var announced = new AnnouncedBytes(expected);
        var buffer = ArrayPool<byte>.Shared.Rent(FileBlobStore.BufferSize);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                announced.Append(buffer.AsSpan(0, read));
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                onWritten(read);
            }

            announced.RequireAll();
            file.Flush(flushToDisk: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
