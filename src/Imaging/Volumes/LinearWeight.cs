namespace Hermes.Imaging.Volumes;

/// <summary>Where a position lies between two voxels: value = v[Lower] + Weight · (v[Upper] - v[Lower]).</summary>
/// <param name="Lower">The voxel at or before the position.</param>
/// <param name="Upper">The voxel after it; <paramref name="Lower"/> at the end of the axis.</param>
/// <param name="Weight">From 0 (at Lower) to less than 1.</param>
public readonly record struct LinearWeight(int Lower, int Upper, float Weight);
