namespace Hermes.Dashboard.Platform;

/// <summary>What the pages show.</summary>
/// <param name="Contents">What the platform holds, or null while none answers: nothing is shown that nothing alive backs.</param>
/// <param name="Problem">Why the platform cannot be read although something answers, if so.</param>
/// <param name="IsFirstLook">Whether the platform was not asked yet.</param>
internal sealed record PlatformView(PlatformContents? Contents, string? Problem = null, bool IsFirstLook = false)
{
    public static PlatformView FirstLook { get; } = new(Contents: null, IsFirstLook: true);
}

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
