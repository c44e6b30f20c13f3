using System.Globalization;
using System.Text.RegularExpressions;

namespace Hermes.Grains.Interfaces;

/// <summary>The words users choose for datasets, sites, runs, models and structures, and what they may look like.</summary>
/// <remarks>Names become grain keys, so they must never hold anything about a patient; they never become file paths.</remarks>
public static partial class Names
{
    /// <summary>The site used when a user names none.</summary>
    public const string DefaultSite = "local";

    /// <summary>The site of datasets that an imported model learned from and that were never here.</summary>
    public const string Elsewhere = "elsewhere";

    /// <summary>The key of the one task registry.</summary>
    public const string DefaultRegistry = "default";

    /// <summary>The model name used when a user names none.</summary>
    public const string DefaultModel = "universal";

    private const string StudyPrefix = "study ";

    /// <summary>Whether <paramref name="name"/> is 1 to 64 letters, digits, dots, dashes or underscores and begins with a letter or digit.</summary>
    public static bool IsValid(string? name) => name is not null && NamePattern().IsMatch(name);

    /// <summary>Returns <paramref name="name"/> or explains what a name looks like.</summary>
    /// <param name="name">The name a user chose.</param>
    /// <param name="what">What is named, for the message ("dataset", "run").</param>
    /// <exception cref="HermesException">The name is not valid.</exception>
    public static string Require(string? name, string what) => IsValid(name)
        ? name!
        : throw new HermesException(
            $"'{name}' cannot be the name of a {what}.",
            hint: "Use 1 to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit.");

    /// <summary>The task identity of a structure in a dataset's own namespace, e.g. <c>amos/liver</c>.</summary>
    public static string Task(string dataset, string structure) => $"{dataset}/{structure}";

    /// <summary>The grain key of a dataset, <c>site/dataset</c>.</summary>
    public static string DatasetKey(string site, string dataset) => $"{site}/{dataset}";

    /// <summary>The grain key of a model version's prior map, <c>model@version</c>.</summary>
    public static string PriorMapKey(string model, int version) => string.Create(CultureInfo.InvariantCulture, $"{model}@{version}");

    /// <summary>The grain key of the study of a model version's relations, <c>model@version</c>.</summary>
    public static string RelationStudyKey(string model, int version) => PriorMapKey(model, version);

    /// <summary>How runs know the study that they learn for: no update can have such a name.</summary>
    /// <param name="key">Its <see cref="RelationStudyKey"/>.</param>
    public static string RelationStudyNeed(string key) => $"{StudyPrefix}{key}";

    /// <summary>The key of a study by how runs know it; null for an update.</summary>
    public static string? RelationStudyOf(string need) => need.StartsWith(StudyPrefix, StringComparison.Ordinal) ? need[StudyPrefix.Length..] : null;

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex NamePattern();
}
