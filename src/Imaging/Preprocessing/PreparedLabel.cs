namespace Hermes.Imaging.Preprocessing;

/// <summary>One label of a prepared case.</summary>
/// <param name="Value">The label value.</param>
/// <param name="Voxels">How many voxels have it at plan spacing.</param>
/// <param name="Samples">How many of them the file lists for sampling.</param>
public sealed record PreparedLabel(ushort Value, int Voxels, int Samples);
