using System.Text.Json.Serialization;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Preprocessing;

/// <summary>
/// Everything needed to go from a native grid to the plan's grid and back: reorientation (none under the official plan), crop (native canonical voxels),
/// resampling about the common centre of the crop or from its first voxel, and padding (plan voxels).
/// </summary>
public sealed record PreparedGrid
{
    /// <summary>The grid of the file.</summary>
    public required VolumeGeometry Native { get; init; }

    /// <summary>Native to canonical axes; the identity under the official plan.</summary>
    public required AxisMap ToCanonical { get; init; }

    /// <summary>First voxel of the crop in canonical native voxels.</summary>
    public required GridSize CropStart { get; init; }

    /// <summary>Size of the crop in canonical native voxels.</summary>
    public required GridSize CropSize { get; init; }

    /// <summary>Plan spacing.</summary>
    public required GridSpacing Spacing { get; init; }

    /// <summary>Size of the crop at plan spacing, before padding.</summary>
    public required GridSize ContentSize { get; init; }

    /// <summary>Plan voxels added before the content along every axis.</summary>
    public required GridSize ContentStart { get; init; }

    /// <summary>Whether the first voxels of crop and content lie in one place; otherwise their centres do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FromFirstVoxel { get; init; }

    /// <summary>Size of the prepared array, padding included.</summary>
    public required GridSize Size { get; init; }

    /// <summary>The D axis between crop and content.</summary>
    [JsonIgnore]
    public ResampledAxis DepthAxis => new(CropSize.Depth, ContentSize.Depth, Step(2, Spacing.Depth), FromFirstVoxel);

    /// <summary>The H axis between crop and content.</summary>
    [JsonIgnore]
    public ResampledAxis HeightAxis => new(CropSize.Height, ContentSize.Height, Step(1, Spacing.Height), FromFirstVoxel);

    /// <summary>The W axis between crop and content.</summary>
    [JsonIgnore]
    public ResampledAxis WidthAxis => new(CropSize.Width, ContentSize.Width, Step(0, Spacing.Width), FromFirstVoxel);

    /// <summary>The prepared array as a grid in the world.</summary>
    [JsonIgnore]
    public VolumeGeometry Geometry
    {
        get
        {
            var canonical = Reorientation.Apply(Native, ToCanonical);
            ResampledAxis w = WidthAxis, h = HeightAxis, d = DepthAxis;
            var toCanonical = Affine.FromSpacing(
                new Point3(w.Step, h.Step, d.Step),
                new Point3(
                    CropStart.Width + w.ToSource(-ContentStart.Width),
                    CropStart.Height + h.ToSource(-ContentStart.Height),
                    CropStart.Depth + d.ToSource(-ContentStart.Depth)));
            return new VolumeGeometry(Size.Width, Size.Height, Size.Depth, canonical.VoxelToWorld.After(toCanonical));
        }
    }

    /// <summary>The grid that a plan makes of a crop of a native grid.</summary>
    /// <exception cref="InvalidDataException">The prepared array would be larger than <paramref name="maxVoxels"/>.</exception>
    internal static PreparedGrid Create(
        VolumeGeometry native, GridSize cropStart, GridSize cropSize, GridSpacing spacing, GridSize minimumSize, long maxVoxels, bool isOfficial = false)
    {
        var map = MapOf(native, isOfficial);
        var canonical = Reorientation.Apply(native, map).Spacing;
        var d = ResampledAxis.Between(cropSize.Depth, canonical.Z, spacing.Depth);
        var h = ResampledAxis.Between(cropSize.Height, canonical.Y, spacing.Height);
        var w = ResampledAxis.Between(cropSize.Width, canonical.X, spacing.Width);
        var content = new GridSize(d.TargetSize, h.TargetSize, w.TargetSize);
        var size = new GridSize(
            Padded(content.Depth, minimumSize.Depth), Padded(content.Height, minimumSize.Height), Padded(content.Width, minimumSize.Width));
        if ((Int128)size.Depth * size.Height * size.Width > maxVoxels)
        {
            throw new InvalidDataException(
                $"A volume of {native.Describe()} becomes {size} voxels at {spacing}, more than the limit of {maxVoxels} voxels.");
        }

        return new PreparedGrid
        {
            Native = native,
            ToCanonical = map,
            FromFirstVoxel = isOfficial,
            CropStart = cropStart,
            CropSize = cropSize,
            Spacing = spacing,
            ContentSize = content,
            ContentStart = new GridSize((size.Depth - content.Depth) / 2, (size.Height - content.Height) / 2, (size.Width - content.Width) / 2),
            Size = size,
        };

        // Officially as much on both sides, if need be one more than asked for.
        int Padded(int content, int least) => isOfficial && content < least ? content + (least - content + 1) / 2 * 2 : Math.Max(content, least);
    }

    /// <summary>The axes of a native grid to those of prepared arrays.</summary>
    internal static AxisMap MapOf(VolumeGeometry native, bool isOfficial) => isOfficial ? AxisMap.Identity : Reorientation.ToCanonicalMap(native);

    /// <summary>
    /// How to walk the native array along the axes of the crop: the position of the crop's first voxel, and the steps along W, H and D.
    /// </summary>
    internal int CropStrides(Span<int> steps)
    {
        var start = Reorientation.Strides(Native, ToCanonical, steps);
        return start + CropStart.Width * steps[0] + CropStart.Height * steps[1] + CropStart.Depth * steps[2];
    }

    // The same rounding as in Between, so that an axis that was not touched is recognised again.
    private double Step(int canonicalAxis, double target) =>
        ResampledAxis.Between(1, Native.Spacing[ToCanonical.Source(canonicalAxis)], target).Step;
}
