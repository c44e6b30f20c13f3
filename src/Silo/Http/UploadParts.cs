using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Silo.Http;

/// <summary>What came of large uploads that broke off, so that they go on where they were, whatever store they are for.</summary>
/// <param name="folder">The folder of the parts; it may be deleted at any time.</param>
internal sealed class UploadParts(string folder)
{
    /// <summary>Shorter ones are sent again.</summary>
    public const long Least = 8 << 20;

    /// <summary>How many bytes from the beginning of the blob are here.</summary>
    public long Length(BlobRef blob) => new FileInfo(PathOf(blob)) is { Exists: true } part ? part.Length : 0;

    /// <summary>All of the blob: the first <paramref name="from"/> bytes from the part that is here, the rest from <paramref name="rest"/>, which is kept.</summary>
    /// <returns>Null when that many are not here, or another upload of the blob is under way.</returns>
    public Stream? TryOpen(BlobRef blob, long from, Stream rest)
    {
        if (from == 0 && blob.Length < Least)
        {
            return rest;
        }

        FileStream part;
        try
        {
            Directory.CreateDirectory(folder);
            if (from == 0 && new DriveInfo(folder).AvailableFreeSpace < 2 * blob.Length)
            {
                // The blob itself comes first.
                return rest;
            }

            part = new FileStream(PathOf(blob), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Delete);
        }
        catch (IOException)
        {
            return from == 0 ? rest : null;
        }

        if (part.Length < from)
        {
            part.Dispose();
            return null;
        }

        part.SetLength(from);
        return new PartedStream(part, rest);
    }

    /// <summary>The blob is complete, or what came of it is of no use.</summary>
    public void Remove(BlobRef blob)
    {
        if (Directory.Exists(folder))
        {
            File.Delete(PathOf(blob));
        }
    }

    /// <summary>Removes what nobody came back for.</summary>
    public void RemoveOlderThan(DateTimeOffset time)
    {
        if (Directory.Exists(folder))
        {
            foreach (var part in new DirectoryInfo(folder).EnumerateFiles().Where(f => f.LastWriteTimeUtc < time.UtcDateTime))
            {
                part.Delete();
            }
        }
    }

    private string PathOf(BlobRef blob) => Path.Combine(folder, blob.Sha256);

    /// <summary>A file, and then what follows it and is added to it.</summary>
    private sealed class PartedStream(FileStream part, Stream rest) : Stream
    {
        private bool _isKept = true;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = _isKept ? await part.ReadAsync(buffer, cancellationToken) : 0;
            if (read > 0)
            {
                return read;
            }

            read = await rest.ReadAsync(buffer, cancellationToken);
            await KeepAsync(buffer[..read], cancellationToken);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            part.Dispose();
            base.Dispose(disposing);
        }

        // Where there is no room for it, the upload is sent again when it breaks off.
        private async Task KeepAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            try
            {
                if (_isKept)
                {
                    await part.WriteAsync(bytes, cancellationToken);
                    await part.FlushAsync(cancellationToken);
                }
            }
            catch (IOException)
            {
                _isKept = false;
                File.Delete(part.Name);
            }
        }
    }
}
