using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Previews;

namespace Hermes.Dashboard.Volumes;

/// <summary>A case to look at.</summary>
/// <param name="Standing">The case among the others of its dataset version.</param>
/// <param name="Dataset">What its dataset was declared as.</param>
/// <param name="Statistics">Its intensities; null while nobody made its preview.</param>
public sealed record FoundCase(CaseStanding Standing, DatasetDeclaration Dataset, VolumeStatistics? Statistics);
