namespace Hermes.Imaging.Packages;

/// <summary>A stream of which only so much may be read: .NET makes an object of everything that an archive lists, however long the list is.</summary>
internal sealed class MeteredStream(Stream stream) : Stream
{
    /// <summary>Bytes that may still be read.</summary>
    public long Allowance { get; set; } = long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => stream.Length;

    public override long Position { get => stream.Position; set => stream.Position = value; }

    public override int Read(Span<byte> buffer)
    {
        if (Allowance <= 0)
        {
            throw new InvalidDataException("its list of entries is too long for its size");
        }

        var count = stream.Read(buffer);
        Allowance -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => stream.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
        }

        base.Dispose(disposing);
    }
}
