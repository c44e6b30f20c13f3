using Hermes.Model.Volumes;

namespace Hermes.Model.Preprocessing;

/// <summary>
/// Brings probabilities from the plan's grid back to the file's grid, plane by plane: trilinear interpolation first, then the threshold
/// (above 0.5), overlaps to the highest probability, exact ties to the first task. Never holds tasks × volume floats.
/// Voxels outside the crop are background.
/// </summary>
public sealed class NativeRestorer
{
    /// <summary>Restores one label map; the value of a task is given by <paramref name="labelValues"/>.</summary>
    public static NativeRestorer ToLabelMap(PreparedGrid grid, IReadOnlyList<ushort> labelValues) => throw new NotSupportedException();

    /// <summary>Restores one binary mask per task (overlaps kept).</summary>
    public static NativeRestorer ToMasks(PreparedGrid grid, int tasks) => throw new NotSupportedException();

    /// <summary>The next planes along the prepared D axis; the first call starts at plane 0, later calls where the last one ended.</summary>
    /// <param name="planes">Number of planes.</param>
    /// <param name="probabilities">[T, planes, H, W].</param>
    public void AddPlanes(int planes, ReadOnlySpan<float> probabilities) => throw new NotSupportedException();

    /// <summary>The label map on the native grid, once all planes were added.</summary>
    public Volume<ushort> LabelMap => throw new NotSupportedException();

    /// <summary>The masks (0 or 1) on the native grid, one per task, once all planes were added.</summary>
    public IReadOnlyList<Volume<byte>> Masks => throw new NotSupportedException();
}
