namespace Hermes.Imaging.Preprocessing;

/// <summary>An image as the network sees it, with everything needed to bring answers back to its file's grid.</summary>
/// <param name="Voxels">Normalised intensities, [D, H, W] of <see cref="PreparedGrid.Size"/>, RAS orientation, padding 0.</param>
/// <param name="Grid">Where they came from.</param>
/// <param name="Modality">The modality key, lower case.</param>
/// <param name="Statistics">The numbers used to normalise.</param>
public sealed record PreparedImage(float[] Voxels, PreparedGrid Grid, string Modality, IntensityStatistics Statistics);
