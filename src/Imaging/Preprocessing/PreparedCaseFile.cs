using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Preprocessing;

/// <summary>A prepared case, memory-mapped: patches are copied out, the volume is never read whole. Reading is thread-safe.</summary>
public sealed unsafe class PreparedCaseFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly PreparedCaseLayout _layout;
    private readonly Dictionary<ushort, (int Start, int Count)> _samples = [];
    private byte* _start;

    private PreparedCaseFile(MemoryMappedFile file, PreparedCase header, PreparedCaseLayout layout)
    {
        Header = header;
        _layout = layout;
        _file = file;
        _view = file.CreateViewAccessor(0, layout.Length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
        var next = 0;
        foreach (var label in header.Labels)
        {
            _samples[label.Value] = (next, label.Samples);
            next += label.Samples;
        }
    }

    /// <summary>What the file says about itself.</summary>
    public PreparedCase Header { get; }

    /// <summary>Whether it can be read from still.</summary>
    public bool IsOpen => _start is not null;

    /// <summary>Size of the arrays.</summary>
    public GridSize Size => Header.Grid.Size;

    /// <summary>Whether there are labels.</summary>
    public bool HasLabels => Header.LabelsDigest is not null;

    /// <summary>Opens a file and checks its header and length.</summary>
    /// <exception cref="InvalidDataException">The file is not a complete prepared case.</exception>
    public static PreparedCaseFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var header = ReadHeader(stream, path, out var layout);
        if (stream.Length != layout.Length)
        {
            throw new InvalidDataException($"{path}: found {stream.Length} bytes, expected {layout.Length} for the prepared case {header.CaseId}.");
        }

        var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        try
        {
            return new PreparedCaseFile(file, header, layout);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Copies a patch of the image; outside the volume it is <paramref name="outside"/>.</summary>
    /// <param name="z">First plane, may be negative or beyond the end.</param>
    /// <param name="y">First row, likewise.</param>
    /// <param name="x">First column, likewise.</param>
    /// <param name="size">Size of the patch.</param>
    /// <param name="patch">[D, H, W] of the patch.</param>
    /// <param name="outside">The value outside; 0 is the mean of the image.</param>
    public void CopyImage(int z, int y, int x, GridSize size, Span<float> patch, float outside = 0) =>
        Copy(_layout.ImageStart, z, y, x, size, patch, outside);

    /// <summary>Copies a patch of the labels; outside the volume it is 0.</summary>
    /// <inheritdoc cref="CopyImage"/>
    /// <exception cref="InvalidOperationException">The case has no labels.</exception>
    public void CopyLabels(int z, int y, int x, GridSize size, Span<ushort> patch)
    {
        if (!HasLabels)
        {
            throw new InvalidOperationException($"The prepared case {Header.CaseId} has no labels.");
        }

        Copy(_layout.LabelsStart, z, y, x, size, patch, (ushort)0);
    }

    /// <summary>
    /// Positions ((z · H + y) · W + x), ascending and evenly chosen (at most 4096), of voxels with a label; empty when it is absent.
    /// The span is valid until the file is disposed.
    /// </summary>
    public ReadOnlySpan<int> LabelSamples(ushort label)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        return _samples.TryGetValue(label, out var at)
            ? new ReadOnlySpan<int>(_start + _layout.SamplesStart + (long)at.Start * sizeof(int), at.Count)
            : default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start is not null)
        {
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }

    private static PreparedCase ReadHeader(FileStream stream, string path, out PreparedCaseLayout layout)
    {
        Span<byte> prefix = stackalloc byte[PreparedCaseLayout.PrefixLength];
        if (stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length || !prefix.StartsWith(PreparedCaseLayout.Magic))
        {
            throw new InvalidDataException($"{path}: found another kind of file, expected a prepared case.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix[8..]);
        if (length < 2 || length > PreparedCaseLayout.MaxHeaderLength)
        {
            throw new InvalidDataException($"{path}: found a header of {length} bytes, expected 2 to {PreparedCaseLayout.MaxHeaderLength}.");
        }

        var json = new byte[length];
        if (stream.ReadAtLeast(json, length, throwOnEndOfStream: false) < length)
        {
            throw new InvalidDataException($"{path}: found {stream.Length} bytes, expected a header of {length} bytes.");
        }

        try
        {
            var header = JsonSerializer.Deserialize<PreparedCase>(json, PreparedCaseLayout.Json) ?? throw new JsonException("no object");
            var size = header.Grid.Size;
            if (size.Depth < 1 || size.Height < 1 || size.Width < 1
                || header.Labels.Any(l => l.Samples < 0 || l.Samples > PreparedCaseLayout.MaxSamplesPerLabel))
            {
                throw new JsonException($"size {size}");
            }

            layout = PreparedCaseLayout.Of(header, length);
            return header;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"{path}: found a damaged header ({e.Message}), expected that of a prepared case.", e);
        }
    }

    private void Copy<T>(long arrayStart, int z, int y, int x, GridSize size, Span<T> patch, T outside)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        if (patch.Length != size.VoxelCount)
        {
            throw new ArgumentException($"A patch of {size} has {size.VoxelCount} voxels, not {patch.Length}.", nameof(patch));
        }

        var volume = Size;
        long firstX = Math.Clamp(-(long)x, 0, size.Width), endX = Math.Clamp((long)volume.Width - x, firstX, size.Width);
        for (var k = 0; k < size.Depth; k++)
        {
            var plane = (long)z + k;
            for (var j = 0; j < size.Height; j++)
            {
                var row = patch.Slice((k * size.Height + j) * size.Width, size.Width);
                var line = (long)y + j;
                if (plane < 0 || plane >= volume.Depth || line < 0 || line >= volume.Height || endX <= firstX)
                {
                    row.Fill(outside);
                    continue;
                }

                row[..(int)firstX].Fill(outside);
                row[(int)endX..].Fill(outside);
                var from = _start + arrayStart + ((plane * volume.Height + line) * volume.Width + x + firstX) * Unsafe.SizeOf<T>();
                new ReadOnlySpan<T>(from, (int)(endX - firstX)).CopyTo(row[(int)firstX..]);
            }
        }
    }
}
