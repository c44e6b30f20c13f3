using Hermes.Imaging.Preprocessing;

namespace Hermes.Model.Training;

/// <summary>Which patch was drawn: a case and the first voxel [D, H, W] of the patch in it, which may lie outside.</summary>
internal readonly record struct PatchDraw(PreparedDataset Dataset, PreparedCaseFile Case, int Z, int Y, int X);
