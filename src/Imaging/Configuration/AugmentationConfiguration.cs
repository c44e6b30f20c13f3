using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Configuration;

/// <summary>How patches are varied (docs/method.md, Augmentation).</summary>
public sealed record AugmentationConfiguration
{
    private static readonly ImmutableSortedDictionary<string, double> NoDataset = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    /// <summary>Probability of the affine transform.</summary>
    public double AffineProbability { get; init; } = 0.5;

    /// <summary>Scale per axis [D, H, W]: factors are uniform in [1 - s, 1 / (1 - s)).</summary>
    public ImmutableArray<double> Scale { get; init; } = [0.3, 0.3, 0.3];

    /// <summary>Rotation about each axis [D, H, W]: whole degrees in [-r, r).</summary>
    public ImmutableArray<int> Rotate { get; init; } = [30, 30, 30];

    /// <summary>Shear terms are uniform in [-s, s).</summary>
    public double Shear { get; init; } = 0.1;

    /// <summary>
    /// How many voxels around the patch the transform may read, [D, H, W]; beyond, it reads zero. The published method has 15
    /// (a block 30 larger than the patch); null reads whatever the volume has.
    /// </summary>
    public GridSize? Margin { get; init; }

    /// <summary>Probability of each of the six intensity changes, by modality.</summary>
    public ImmutableSortedDictionary<string, double> IntensityProbability { get; init; } =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create(ModalityNames.Ct, 0.1), KeyValuePair.Create(ModalityNames.Pet, 0.1)]);

    /// <summary>The probability for modalities that are not listed.</summary>
    public double OtherIntensityProbability { get; init; } = 0.2;

    /// <summary>Probability by dataset name, where it is not that of the dataset's modality; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, double>? DatasetIntensityProbability { get; init; }

    /// <summary>The probability of each intensity change for a dataset of a modality.</summary>
    public double IntensityFor(string dataset, string? modality) =>
        DatasetIntensityProbability?.TryGetValue(dataset, out var own) == true ? own : IntensityFor(modality);

    /// <summary>The probability of each intensity change for a modality.</summary>
    public double IntensityFor(string? modality) =>
        modality is not null && IntensityProbability.TryGetValue(modality, out var probability) ? probability : OtherIntensityProbability;

    /// <inheritdoc/>
    public bool Equals(AugmentationConfiguration? other) =>
        other is not null && AffineProbability.Equals(other.AffineProbability) && Scale.SequenceEqual(other.Scale) && Rotate.SequenceEqual(other.Rotate)
        && Shear.Equals(other.Shear) && Margin == other.Margin && OtherIntensityProbability.Equals(other.OtherIntensityProbability)
        && IntensityProbability.SequenceEqual(other.IntensityProbability)
        && (DatasetIntensityProbability ?? NoDataset).SequenceEqual(other.DatasetIntensityProbability ?? NoDataset);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(AffineProbability, Shear, Margin, OtherIntensityProbability);
}
