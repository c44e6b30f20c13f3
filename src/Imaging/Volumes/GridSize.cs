using System.Text.Json.Serialization;

namespace Hermes.Imaging.Volumes;

/// <summary>The sizes of a [D, H, W] array in voxels.</summary>
/// <param name="Depth">Along k (after reorientation to RAS: towards the head).</param>
/// <param name="Height">Along j (towards the front).</param>
/// <param name="Width">Along i (towards the right), fastest in memory.</param>
public readonly record struct GridSize(int Depth, int Height, int Width)
{
    /// <summary>Depth · Height · Width.</summary>
    /// <exception cref="OverflowException">The product does not fit.</exception>
    [JsonIgnore]
    public int VoxelCount => checked(Depth * Height * Width);

    /// <inheritdoc/>
    public override string ToString() => $"{Depth}×{Height}×{Width}";
}
