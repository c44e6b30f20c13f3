using Hermes.Grains.Interfaces.Models;

namespace Hermes.Cli.Output;

/// <summary>A model as <c>model list</c> and <c>show</c> print it.</summary>
internal sealed record ModelDocument(string Name, IReadOnlyDictionary<string, int> Aliases, IReadOnlyList<ModelDocument.VersionRow> Versions)
{
    public static ModelDocument Of(ModelStatus status) => new(status.Name, status.Aliases, [.. status.Versions.Select(VersionRow.Of)]);

    internal sealed record BranchRow(
        PromptGroup Group, string Dataset, IReadOnlyList<string> OwnTasks, string Policy, long Parameters, double? Score, string Package);

    internal sealed record VersionRow(
        int Version,
        string Run,
        ModelOrigin? Origin,
        string Network,
        long Parameters,
        double? Score,
        DateTimeOffset Published,
        IReadOnlyList<string> Datasets,
        IReadOnlyList<string> Tasks,
        IReadOnlyList<string> Unverified,
        IReadOnlyList<string> Modalities,
        IReadOnlyList<PromptGroup> PromptGroups,
        string Package,
        IReadOnlyList<BranchRow> Branches,
        string Digest)
    {
        public static VersionRow Of(ModelVersion v) => new(
            v.Version,
            v.Run,
            v.Origin,
            v.Content.Network,
            v.Content.Parameters,
            v.Content.Score,
            v.Published,
            [.. v.Datasets.Select(d => $"{d.Dataset}@{d.Version}")],
            v.Content.Tasks,
            v.Content.Unverified ?? [],
            v.Content.Modalities,
            v.Content.PromptGroups,
            v.Content.Package.Sha256,
            [.. v.Content.Branches.OrderBy(b => b.Group.Name, StringComparer.Ordinal).Select(b => new BranchRow(
                b.Group, $"{b.Dataset.Dataset}@{b.Dataset.Version}", b.Tasks, b.Policy.ToString().ToLowerInvariant(), b.Parameters, b.Score, b.Package.Sha256))],
            v.Content.Digest());
    }
}
