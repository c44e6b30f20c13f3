using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Worker.Orders;

/// <summary>What the files of a case hold.</summary>
/// <param name="Image">The image.</param>
/// <param name="Labels">The labels on the image's grid, if the case has any.</param>
/// <param name="Minimum">Smallest intensity.</param>
/// <param name="Maximum">Largest intensity.</param>
/// <param name="LabelVolumesMl">Volume of every label value that occurs.</param>
/// <param name="Warnings">What was repaired or is unusual, in sentences.</param>
internal sealed record InspectedCase(
    NiftiImage Image,
    Volume<ushort>? Labels,
    double Minimum,
    double Maximum,
    IReadOnlyDictionary<int, double> LabelVolumesMl,
    IReadOnlyList<string> Warnings);
