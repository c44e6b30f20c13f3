using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Hermes.Imaging.Packages;

/// <summary>
/// A file that is being written, and its SHA-256. A digest takes longer than to write: it is taken on a thread beside, of what the file holds so far.
/// </summary>
internal sealed class DigestedFile : IDisposable
{
    private const int ToldBytes = 1 << 20;
    private const int ReadBytes = 1 << 18;

    private readonly FileStream _file;
    private readonly BlockingCollection<long> _lengths = [];
    private readonly Task<string> _digest;
    private long _told;

    /// <summary>Begins with an empty file.</summary>
    /// <param name="file">The file; can be read.</param>
    public DigestedFile(FileStream file)
    {
        _file = file;
        var handle = file.SafeFileHandle;
        _digest = Task.Run(() => Digest(handle));
    }

    /// <summary>Bytes that were written.</summary>
    public long Length { get; private set; }

    /// <summary>Writes what comes next.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes);
        Length += bytes.Length;
        if (Length - _told >= ToldBytes)
        {
            Tell();
        }
    }

    /// <summary>Makes the file durable while the rest of the digest is taken.</summary>
    /// <returns>SHA-256 of the file, lower-case hexadecimal.</returns>
    public string Finish()
    {
        Tell();
        _lengths.CompleteAdding();
        _file.Flush(flushToDisk: true);
        return _digest.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lengths.CompleteAdding();
        Task.WaitAny(_digest);
        _lengths.Dispose();
    }

    private void Tell()
    {
        _file.Flush();
        _lengths.Add(_told = Length);
    }

    private string Digest(SafeFileHandle file)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, at) = (new byte[ReadBytes], 0L);
        foreach (var length in _lengths.GetConsumingEnumerable())
        {
            while (at < length)
            {
                var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at)), at);
                digest.AppendData(buffer, 0, read > 0 ? read : throw new EndOfStreamException($"'{_file.Name}' was cut off while it was written."));
                at += read;
            }
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }
}
