using Hermes.Client.Models;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Datasets;

/// <summary>What models do with a dataset: which learn it by themselves, how those hold it that did, and what did not agree with what they had learned.</summary>
public sealed record DatasetLearning
{
    /// <summary>Updates whose conflicts are told at most, the newest.</summary>
    public const int UpdatesTold = 10;

    /// <summary>The dataset.</summary>
    public required DatasetStatus Status { get; init; }

    /// <summary>Models that learn every version of it, with the standing order that says so; null where it was declared with the dataset.</summary>
    public IReadOnlyList<(string Model, GrowRule? Rule)> Rules { get; init; } = [];

    /// <summary>What its branch owns in the live version of a model, by the model.</summary>
    public IReadOnlyDictionary<string, BranchPolicy> Branches { get; init; } = new Dictionary<string, BranchPolicy>();

    /// <summary>What the newest updates that learn it found to be odd before they began, the newest first.</summary>
    public IReadOnlyList<(UpdateStatus Update, UpdateConflict Conflict)> Conflicts { get; init; } = [];

    /// <summary>How many updates learn it.</summary>
    public int Updates { get; init; }

    /// <summary>Models with a live version that could learn its newest version.</summary>
    public IReadOnlyList<string> Learners { get; init; } = [];

    /// <summary>Gathers it.</summary>
    /// <param name="key">The dataset's key, <c>site/dataset</c>.</param>
    /// <param name="status">The dataset.</param>
    /// <param name="models">The models.</param>
    /// <param name="updates">The newest of its updates that are there, the newest first.</param>
    public static DatasetLearning Of(string key, DatasetStatus status, IReadOnlyList<ModelStatus> models, IReadOnlyList<UpdateStatus> updates)
    {
        ArgumentNullException.ThrowIfNull(status);
        var mayBeLearned = status.State.HasVersion();
        List<(string Model, GrowRule? Rule)> ordered = [.. models.Select(m => (m.Name, GrowRule.For(m.Rules, key))).Where(o => o.Item2 is not null)];
        IEnumerable<(string Model, GrowRule? Rule)> declared = status.Declaration?.Grow is { } grow && ordered.All(o => o.Model != grow) ? [(grow, null)] : [];
        return new DatasetLearning
        {
            Status = status,
            Rules = status.State == DatasetState.Withdrawn ? [] : [.. declared, .. ordered],
            Branches = models
                .SelectMany(m => (m.Live()?.Content.Branches ?? []).Where(b => b.Dataset.Dataset == key).Select(b => (m.Name, b.Policy)))
                .DistinctBy(b => b.Name, StringComparer.Ordinal)
                .ToDictionary(b => b.Name, b => b.Policy, StringComparer.Ordinal),
            Conflicts = [.. updates.SelectMany(u => u.Conflicts.Where(c => c.Dataset == key).Select(c => (u, c)))],
            Updates = UpdatesOf(status).Count,
            Learners = mayBeLearned ? [.. models.Where(m => m.Live() is { } live && !Holds(status, m.Name) && !Asks(live, status.Declaration)).Select(m => m.Name)] : [],
        };
    }

    /// <summary>The updates that learn a dataset, the newest first.</summary>
    public static IReadOnlyList<string> UpdatesOf(DatasetStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return [.. status.Updates.Reverse().Select(u => u.Update).Distinct(StringComparer.Ordinal)];
    }

    // Of another site's dataset of the same name, maybe: a trunk answers a group for ever.
    private static bool Asks(ModelVersion live, DatasetDeclaration? declaration) => live.Content.PromptGroups.Any(g => g.Name == declaration?.Name);

    // A trunk is asked for ever, and a branch is learned once of each version.
    private static bool Holds(DatasetStatus status, string model) => status.Uses.Any(u => u.Model == model && u.Version > 0 && (u.IsTrunk || u.Version == status.Version));
}
