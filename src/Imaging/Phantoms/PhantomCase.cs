using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Phantoms;

/// <summary>One synthetic case with known truth.</summary>
/// <param name="Id">Such as <c>ct_012</c>.</param>
/// <param name="Kind">What it imitates.</param>
/// <param name="Image">Intensities: HU, arbitrary units (T1), or standardised uptake values (PET).</param>
/// <param name="Labels">The truth on the image's grid; 0 is background.</param>
public sealed record PhantomCase(string Id, PhantomKind Kind, Volume<float> Image, Volume<ushort> Labels);
