using System.Buffers;
using System.Security.Cryptography;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Dashboard.Segmentations;

/// <summary>A volume on its way from a browser: hashed while it comes, in as many pieces as the connection needs.</summary>
/// <param name="id">Names it; who knows it may go on with it.</param>
/// <param name="fileName">The user's file, for messages.</param>
/// <param name="length">Its size in bytes.</param>
/// <param name="path">Where it is kept until the platform has it.</param>
internal sealed class Upload(string id, string fileName, long length, string path) : IDisposable
{
    private const int BufferSize = 1 << 18;

    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SemaphoreSlim _one = new(1);
    private readonly FileStream _file = new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        BufferSize = 0,
        Options = FileOptions.Asynchronous,
    });

    /// <summary>Names it; who knows it may go on with it.</summary>
    public string Id => id;

    /// <summary>The user's file, for messages.</summary>
    public string FileName => fileName;

    /// <summary>Its size in bytes.</summary>
    public long Length => length;

    /// <summary>How much of it has come.</summary>
    public long Received { get; private set; }

    /// <summary>When somebody sent something last, as the clock's timestamp.</summary>
    public long Touched { get; set; }

    /// <summary>What the platform calls it, once it is there whole.</summary>
    public BlobRef? Blob { get; private set; }

    /// <summary>Whether a piece is being taken, or the whole handed on.</summary>
    public bool IsAtWork => _one.CurrentCount == 0;

    /// <summary>Takes the next piece.</summary>
    /// <param name="from">Where in the file it begins.</param>
    /// <param name="piece">The piece.</param>
    /// <param name="cancellationToken">The connection broke off; what came until then stays.</param>
    /// <returns>False when it does not begin where the last one ended, or another is being taken.</returns>
    /// <exception cref="HermesException">More came than was announced, or it cannot be kept: the upload is of no use any more.</exception>
    public async Task<bool> TakeAsync(long from, Stream piece, CancellationToken cancellationToken)
    {
        if (!await _one.WaitAsync(0, cancellationToken))
        {
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            if (from != Received || Blob is not null)
            {
                return false;
            }

            for (int read; (read = await piece.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (Received + read > length)
                {
                    throw new HermesException($"{fileName} was announced with {length} bytes, and more came.", fileName);
                }

                await KeepAsync(buffer.AsMemory(0, read));
                _digest.AppendData(buffer, 0, read);
                Received += read;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _one.Release();
        }
    }

    private async Task KeepAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _file.WriteAsync(bytes, CancellationToken.None);
        }
        catch (IOException full)
        {
            throw new HermesException($"{fileName} cannot be kept where the dashboard keeps uploads: {full.Message}", fileName);
        }
    }

    /// <summary>Hands the whole file on, once.</summary>
    /// <param name="site">The platform's site.</param>
    /// <param name="send">Sends the file under its name.</param>
    /// <param name="cancellationToken">Gives up; it can be tried again.</param>
    public async Task<BlobRef> SendAsync(string site, Func<string, BlobRef, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (Blob is null)
            {
                await _file.DisposeAsync();
                var mediaType = fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? MediaTypes.NiftiGz : MediaTypes.Nifti;
                var blob = new BlobRef(site, Convert.ToHexStringLower(_digest.GetCurrentHash()), length, mediaType);
                await send(path, blob, cancellationToken);
                Blob = blob;
                File.Delete(path);
            }

            return Blob;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        File.Delete(path);
        _digest.Dispose();
    }
}
