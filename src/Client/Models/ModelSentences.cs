using System.Globalization;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Client.Models;

/// <summary>How a model came to what it is, and what would happen to it, in sentences.</summary>
public static class ModelSentences
{
    /// <summary>How a version came about, in some words.</summary>
    public static string Of(VersionOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return origin switch
        {
            { Parent: null, Version.Origin: { } imported } => Of(imported),
            { Parent: null, Version.Run.Length: 0 } => "imported",
            { Parent: null } => $"trained by the run {origin.Version.Run}",
            { By: { } by } => Of(by),
            _ => "",
        };
    }

    /// <summary>Where an imported trunk came from, in some words.</summary>
    public static string Of(ModelOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return $"imported from {Path.GetFileName(origin.File)}{(origin.Exported is { } exported ? $", there {exported}" : "")}";
    }

    /// <summary>What a promotion did, in some words.</summary>
    public static string Of(Promotion promotion)
    {
        ArgumentNullException.ThrowIfNull(promotion);
        var (added, removed) = (Groups(promotion.Added), Groups(promotion.Removed));
        var branches = string.Join(", ", added.Select(g => $"{(removed.Contains(g) ? "anew" : "with")} {g}").Concat(removed.Except(added).Select(g => $"without {g}")));
        return promotion.Kind switch
        {
            PromotionKind.Trunk => "another trunk",
            PromotionKind.Withdrawal => $"{branches}, withdrawn",
            PromotionKind.Retirement => "its trunk retired",
            PromotionKind.Rollback => branches.Length > 0 ? $"taken back: {branches}" : "taken back",
            _ => branches,
        };
    }

    /// <summary>What a branch is, in some words.</summary>
    public static string Of(BranchPolicy policy) => policy == BranchPolicy.Priors ? "branch of priors alone" : "branch";

    /// <summary>What is learned by a standing order, and how, in some words.</summary>
    public static string Of(GrowRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var budget = rule.Minutes is { } minutes ? Spans.Of(60 * minutes)
            : rule.Steps is { } steps ? string.Create(CultureInfo.InvariantCulture, $"{steps} steps") : "a quarter of the trunk's steps";
        return $"{rule.Datasets}: a {Of(rule.Policy)}, {budget}, {(rule.AutoPromote ? "live as soon as certified" : "made live by a person")}";
    }

    /// <summary>Why a version is on record only and answers nobody; null if it does answer.</summary>
    public static string? WhyGone(ModelStatus model, ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(version);
        var retired = version.Datasets.Select(d => d.Dataset).Where(model.Retired.Contains).ToList();
        var withdrawn = version.Content.Branches.Where(b => model.Withdrawn.Contains(b.Dataset.Dataset)).Select(b => b.Group.Name).ToList();
        return retired.Count > 0 ? $"It is retired: its trunk learned from {string.Join(", ", retired)}, which was withdrawn."
            : withdrawn.Count > 0 ? $"It is withdrawn: it holds the branch of {string.Join(", ", withdrawn)}, whose dataset was taken out."
            : null;
    }

    /// <summary>What happens when a version is made live.</summary>
    public static string MakingLive(ModelStatus model, ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(version);
        var live = model.Live();
        return $"{model.Name}@{version.Version} becomes live{(live is null ? "" : $" instead of {model.Name}@{live.Version}")}"
            + $"{Change(LiveChange.Of(live, version))}; requests under way end on the old version, and a rollback takes it back.";
    }

    /// <summary>What happens when a promotion is taken back.</summary>
    /// <param name="model">The model.</param>
    /// <param name="promotion">One of its promotions.</param>
    public static string TakingBack(ModelStatus model, Promotion promotion)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(promotion);
        if (promotion.Kind == PromotionKind.Trunk)
        {
            var before = model.Versions[promotion.From - 1];
            var left = before with { Content = before.Content with { Branches = [.. before.Content.Branches.Where(b => !model.Withdrawn.Contains(b.Dataset.Dataset))] } };
            return $"The trunk of {model.Name}@{promotion.From} becomes live again{Change(LiveChange.Of(model.Live(), left))}; nothing is deleted.";
        }

        var (added, removed) = (Groups(promotion.Added), Groups(promotion.Removed));
        var parts = new[]
        {
            Answers(added.Except(removed), "no longer answered"),
            Answers(removed.Except(added), "answered again"),
            Answers(added.Intersect(removed), "answered by what was there before"),
        };
        return $"{string.Join(", ", parts.Where(p => p is not null))}; what others promoted since stays, and nothing is deleted.";
    }

    private static string Change(LiveChange change) =>
        string.Concat(new[] { Answers(change.Gone, "no longer answered"), Answers(change.Come, "answered then") }.Where(p => p is not null).Select((p, i) => $"{(i == 0 ? ": " : ", ")}{p}"));

    private static string? Answers(IEnumerable<string> groups, string how)
    {
        var names = groups.ToList();
        return names.Count == 0 ? null : $"{string.Join(", ", names)} {(names.Count == 1 ? "is" : "are")} {how}";
    }

    private static List<string> Groups(IReadOnlyList<ModelBranch> branches) => [.. branches.Select(b => b.Group.Name)];
}
