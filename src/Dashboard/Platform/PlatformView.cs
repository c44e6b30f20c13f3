namespace Hermes.Dashboard.Platform;

/// <summary>What the pages show.</summary>
/// <param name="Contents">What the platform holds, or null while none answers: nothing is shown that nothing alive backs.</param>
/// <param name="Problem">Why the platform cannot be read although something answers, if so.</param>
/// <param name="IsFirstLook">Whether the platform was not asked yet.</param>
internal sealed record PlatformView(PlatformContents? Contents, string? Problem = null, bool IsFirstLook = false)
{
    public static PlatformView FirstLook { get; } = new(Contents: null, IsFirstLook: true);
}

/// <summary>What the platform is doing at one moment, and what is newest.</summary>
/// <param name="Datasets">Datasets that something is under way with, then those that changed last.</param>
/// <param name="Runs">Runs under way and those that changed last: what is worked on first, then what waits.</param>
/// <param name="DatasetCount">How many datasets there are.</param>
/// <param name="RunCount">How many runs there are.</param>
internal sealed record PlatformContents(IReadOnlyList<DatasetRow> Datasets, IReadOnlyList<RunRow> Runs, int DatasetCount, int RunCount)
{
    /// <summary>What stands around them.</summary>
    public PlatformSummary Summary { get; init; } = new();

    /// <summary>What else is under way.</summary>
    public IReadOnlyList<WorkRow> Work { get; init; } = [];

    /// <summary>How much of it is not told one by one.</summary>
    public int MoreWork { get; init; }

    /// <summary>A run as it stands now: what one that is under way is at, the board knows from one second to the next.</summary>
    public RunRow Newest(RunRow row) => Runs.FirstOrDefault(r => r.IsUnderWay && r.Name == row.Name) ?? row;

    public bool Equals(PlatformContents? other) => other is not null
        && (DatasetCount, RunCount, MoreWork) == (other.DatasetCount, other.RunCount, other.MoreWork)
        && Datasets.SequenceEqual(other.Datasets)
        && Runs.SequenceEqual(other.Runs)
        && Work.SequenceEqual(other.Work)
        && Summary == other.Summary;

    public override int GetHashCode() => HashCode.Combine(Datasets.Count, Runs.Count, DatasetCount, RunCount);
}
