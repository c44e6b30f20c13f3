namespace Hermes.Dashboard.Platform;

/// <summary>What the platform holds at one moment, in the order of the catalog.</summary>
/// <param name="Datasets">The datasets.</param>
/// <param name="Runs">The runs.</param>
/// <param name="IsCutOff">Whether the catalog holds more than is read.</param>
internal sealed record PlatformContents(IReadOnlyList<DatasetRow> Datasets, IReadOnlyList<RunRow> Runs, bool IsCutOff = false)
{
    public bool Equals(PlatformContents? other) => other is not null
        && IsCutOff == other.IsCutOff
        && Datasets.SequenceEqual(other.Datasets)
        && Runs.SequenceEqual(other.Runs);

    public override int GetHashCode() => HashCode.Combine(Datasets.Count, Runs.Count, IsCutOff);
}
