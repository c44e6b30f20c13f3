using System.Globalization;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Priors;

/// <summary>What a prior map shows and what it cannot, in sentences.</summary>
public static class PriorSentences
{
    /// <summary>What is said where a version has no posterior tokens.</summary>
    public const string NoPosterior =
        "This version has no posterior tokens: they are kept by the validation of the run that learns a trunk or a branch, and its runs validated nothing or are of an older platform.";

    private const double Significant = 0.05;
    private const int MostTwins = 10;

    /// <summary>Those of the posterior tokens: which tasks have any, then as <see cref="Of(PriorMap)"/>.</summary>
    public static IEnumerable<string> OfPosterior(PriorMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Posterior is not { } posterior)
        {
            return [NoPosterior];
        }

        return posterior.Tasks.Count == map.Tasks.Count
            ? Of(posterior)
            : Of(posterior).Prepend(
                $"{posterior.Tasks.Count} of {map.Tasks.Count} tasks have posterior tokens; the others were learned without validation cases, or by an older platform.");
    }

    /// <summary>All of them: limits first, then what the groups show, then what moved.</summary>
    public static IEnumerable<string> Of(PriorMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        var (one, all) = map.IsPosterior ? ("posterior token", "posterior tokens") : ("prior", "priors");
        if (map.Tasks.Count < PriorMap.FewestTasks)
        {
            yield return $"With {map.Tasks.Count} tasks the places of the map and the groups say little; the cosines and the nearest neighbours can be read as they are.";
        }

        foreach (var finding in map.Groups)
        {
            yield return Of(finding);
        }

        foreach (var twin in map.Twins.Take(MostTwins))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{twin.Task}, which {twin.Update} added with a prior drawn at random, is neighbour {twin.Rank} of {twin.Neighbours} of {twin.Twin}, and that neighbour {twin.Back} of its own; by chance it would be {(twin.Neighbours + 1) / 2.0:0.#}.");
        }

        if (map.Twins.Count > MostTwins)
        {
            yield return $"So far {MostTwins} of {map.Twins.Count} pairs of the same structure; the JSON file holds all.";
        }

        if (map.Parent is { } parent)
        {
            var moved = map.Moved.Count(m => m.Combined > 0);
            yield return map.Moved.Count == 0
                ? $"No {one} of version {parent} can be compared with one of this version."
                : moved == 0
                    ? $"No {one} of the {map.Moved.Count} tasks of version {parent} has moved."
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{moved} of {map.Moved.Count} {all} have moved since version {parent}; farthest {map.Moved[0].Name}, by {map.Moved[0].Combined:0.000} (1 less the cosine).");
        }
    }

    private static string Pairs(int count) => count == 1 ? "1 pair" : $"{count} pairs";

    /// <summary>What was found of one group.</summary>
    public static string Of(PriorGroupFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        var name = char.ToUpperInvariant(finding.Name[0]) + finding.Name[1..];
        return finding switch
        {
            { Pairs: 0 } => $"{name}: no pair to compare.",
            { Difference: null } or { Corrected: null } => $"{name}: {Pairs(finding.Pairs)}; nothing to compare them with by chance.",
            { Difference: { } difference, Corrected: { } p } => string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {(p <= Significant && difference > 0 ? "more alike than by chance" : "no more alike than by chance")}; cosine {difference:+0.000;-0.000} in {Pairs(finding.Pairs)}, p = {p:0.0000}, corrected for the number of questions."),
        };
    }
}
