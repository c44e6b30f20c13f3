namespace Hermes.Imaging.Volumes;

/// <summary>Brings labels that are stored in another orientation than their image onto the image's grid.</summary>
public static class LabelAlignment
{
    /// <summary>The labels on the grid of their image; no label is interpolated.</summary>
    /// <param name="labels">Labels of the same physical space, in any axis order and direction.</param>
    /// <param name="image">The grid of the image.</param>
    /// <param name="labelsName">What to call the labels in an error, for example the file name.</param>
    /// <exception cref="InvalidDataException">The two cover different physical spaces; the message has the numbers.</exception>
    public static Volume<T> OntoImageGrid<T>(Volume<T> labels, VolumeGeometry image, string labelsName = "the labels")
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(image);
        if (!image.SamePhysicalSpace(labels.Geometry, out var difference))
        {
            throw new InvalidDataException($"{labelsName} and its image are not in the same physical space: image against labels, {difference}.");
        }

        var moved = Reorientation.Apply(labels, AxisMap.Between(Orientation.Of(labels.Geometry.VoxelToWorld), Orientation.Of(image.VoxelToWorld)));
        // The image's own affine, so that rounding in one header never shows as a shift.
        return new Volume<T>(image, moved.Voxels);
    }
}
