using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Updates;

/// <summary>A dataset version with what its cases say of it.</summary>
internal sealed record LearnedDataset(PinnedDataset Pin, DatasetDeclaration Declaration, IReadOnlyList<CaseRecord> Cases)
{
    /// <summary>Labelled cases of the dataset.</summary>
    public IReadOnlyList<CaseRecord> Labelled { get; } = [.. Cases.Where(c => c.Facts.Label is not null)];

    /// <summary>Reads a dataset version.</summary>
    /// <exception cref="HermesException">It is not on this platform, or its case list cannot be read.</exception>
    public static async Task<LearnedDataset> ReadAsync(IGrainFactory grains, PinnedDataset pin, CancellationToken cancellationToken)
    {
        var declaration = (await grains.GetGrain<IDatasetGrain>(pin.Dataset).GetAsync(cancellationToken)).Declaration
            ?? throw new HermesException($"There is no dataset '{pin.Dataset}'.");
        return new LearnedDataset(pin, declaration, await CertificateQuestions.CasesAsync(grains, pin, cancellationToken));
    }

    /// <summary>Volumes of a structure in the labelled cases in which it occurs, in ml, ascending.</summary>
    public IReadOnlyList<double> VolumesMl(LabelEntry label) => [.. Labelled.Select(c => c.Facts.LabelVolumesMl.GetValueOrDefault(label.Value)).Where(v => v > 0).Order()];

    /// <summary>The spacing of the median case in mm, from the finest axis to the coarsest; empty without cases.</summary>
    public IReadOnlyList<double> SpacingMm() => Cases.Count == 0 ? [] :
    [
        .. Enumerable.Range(0, 3).Select(axis => Cases.Select(c => c.Facts.SpacingMm.Order().ElementAt(axis)).Order().ElementAt(Cases.Count / 2)),
    ];
}
