namespace Hermes.Imaging.Volumes.Formats;

/// <summary>What the header of a NIfTI file says about its volume.</summary>
/// <param name="Geometry">Sizes and the map to RAS mm.</param>
/// <param name="DataType">How voxels are stored.</param>
/// <param name="Slope">Multiplies a stored value; 1 when the file gives none.</param>
/// <param name="Intercept">Is added after multiplying; 0 when the file gives none.</param>
/// <param name="DataOffset">Bytes before the first voxel.</param>
/// <param name="BigEndian">Whether numbers are stored most significant byte first.</param>
/// <param name="TransformSource">Where the affine came from: "sform", "qform" or "pixdim".</param>
public sealed record NiftiHeader(
    VolumeGeometry Geometry,
    NiftiDataType DataType,
    double Slope,
    double Intercept,
    long DataOffset,
    bool BigEndian,
    string TransformSource)
{
    /// <summary>The same and more, as it is stored.</summary>
    public required NiftiPlacement Placement { get; init; }

    /// <summary>What is unusual about the header and how it was understood, in sentences that leave out the file's name.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Whether the file says which way its axes run; where it does not, that is a guess.</summary>
    public bool StatesOrientation => TransformSource != "pixdim";

    /// <summary>Whether stored values are taken as they are.</summary>
    public bool IsUnscaled => Slope == 1 && Intercept == 0;
}
