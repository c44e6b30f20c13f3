using Hermes.Model.Volumes;

namespace Hermes.Model.Preprocessing;

/// <summary>A prepared case, memory-mapped: patches are copied out, the volume is never read whole.</summary>
public sealed class PreparedCaseFile : IDisposable
{
    private PreparedCaseFile(PreparedCase header) => Header = header;

    /// <summary>Opens a file and checks its header and length.</summary>
    /// <exception cref="InvalidDataException">The file is not a complete prepared case.</exception>
    public static PreparedCaseFile Open(string path) => throw new NotSupportedException();

    /// <summary>What the file says about itself.</summary>
    public PreparedCase Header { get; }

    /// <summary>Size of the arrays.</summary>
    public GridSize Size => Header.Grid.Size;

    /// <summary>Whether there are labels.</summary>
    public bool HasLabels => Header.LabelsDigest is not null;

    /// <summary>Copies a patch of the image; outside the volume it is <paramref name="outside"/>.</summary>
    /// <param name="z">First plane, may be negative.</param>
    /// <param name="y">First row.</param>
    /// <param name="x">First column.</param>
    /// <param name="size">Size of the patch.</param>
    /// <param name="patch">[D, H, W] of the patch.</param>
    /// <param name="outside">The value outside.</param>
    public void CopyImage(int z, int y, int x, GridSize size, Span<float> patch, float outside = 0) => throw new NotSupportedException();

    /// <summary>Copies a patch of the labels; outside the volume it is 0.</summary>
    public void CopyLabels(int z, int y, int x, GridSize size, Span<ushort> patch) => throw new NotSupportedException();

    /// <summary>Positions ((z·H + y)·W + x), ascending and evenly chosen, of voxels with a label; empty when it is absent.</summary>
    public ReadOnlySpan<int> LabelSamples(ushort label) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
