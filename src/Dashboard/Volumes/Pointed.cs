namespace Hermes.Dashboard.Volumes;

/// <summary>What is where somebody points.</summary>
/// <param name="At">The place.</param>
/// <param name="Intensity">The image's intensity there; null where it is no number.</param>
/// <param name="Over">The value that lies over it there, if anything does: of a structure, or of an agreement.</param>
public sealed record Pointed(Place At, double? Intensity, int? Over);
