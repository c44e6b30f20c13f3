using Hermes.Imaging.Volumes;

namespace Hermes.Model.Training;

/// <summary>
/// Where the published code takes a patch (docs/paper-faithful.md): a block is drawn first, as much larger than the patch as the affine may read; a patch that is to be
/// transformed lies in its middle, any other anywhere in it. Both draws leave out the last place of an axis.
/// </summary>
/// <param name="patch">Voxels of a patch.</param>
/// <param name="margin">How far the block reaches beyond a patch in its middle, on either side.</param>
internal readonly struct PublishedCrop(GridSize patch, GridSize margin)
{
    /// <summary>Draws a block; an axis that is not longer is taken whole.</summary>
    /// <returns>Its first voxel and its size, [D, H, W].</returns>
    public (GridSize Start, GridSize Size) DrawBlock(GridSize volume, ref CounterGenerator generator)
    {
        var size = new GridSize(
            Math.Min(volume.Depth, patch.Depth + 2 * margin.Depth),
            Math.Min(volume.Height, patch.Height + 2 * margin.Height),
            Math.Min(volume.Width, patch.Width + 2 * margin.Width));
        return (new GridSize(
            generator.Between(0, volume.Depth - size.Depth), generator.Between(0, volume.Height - size.Height), generator.Between(0, volume.Width - size.Width)), size);
    }

    /// <summary>The first voxel of a patch of a block, [D, H, W]; outside the block where that is smaller.</summary>
    public GridSize PatchIn((GridSize Start, GridSize Size) block, bool isCentred, ref CounterGenerator generator) => new(
        block.Start.Depth + Offset(block.Size.Depth - patch.Depth, isCentred, ref generator),
        block.Start.Height + Offset(block.Size.Height - patch.Height, isCentred, ref generator),
        block.Start.Width + Offset(block.Size.Width - patch.Width, isCentred, ref generator));

    private static int Offset(int room, bool isCentred, ref CounterGenerator generator) => isCentred || room <= 0 ? room / 2 : generator.Between(0, room);
}
