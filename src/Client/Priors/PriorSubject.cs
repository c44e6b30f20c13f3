using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Priors;

/// <summary>What of a model version is compared.</summary>
public enum PriorSubject
{
    /// <summary>The priors of tasks.</summary>
    Tasks = 0,

    /// <summary>The posterior tokens of tasks.</summary>
    Posterior = 1,

    /// <summary>The priors of modalities.</summary>
    Modalities = 2,
}

/// <summary>What a prior map says of each subject.</summary>
public static class PriorSubjects
{
    /// <summary>What users choose among.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetNames<PriorSubject>().Select(name => name.ToLowerInvariant())];

    /// <summary>The subject of a word; the first for one that is none.</summary>
    public static PriorSubject Of(string? word) => Enum.GetValues<PriorSubject>().FirstOrDefault(subject => Words[(int)subject] == word);

    /// <summary>The word of a subject.</summary>
    public static string Word(this PriorSubject subject) => Words[(int)subject];

    /// <summary>The map that a subject is shown on; null where the version has none.</summary>
    public static PriorMap? Of(this PriorMap map, PriorSubject subject)
    {
        ArgumentNullException.ThrowIfNull(map);
        return subject == PriorSubject.Posterior ? map.Posterior : map;
    }

    /// <summary>The views of a subject, on the map that it is shown on.</summary>
    public static IReadOnlyList<PriorView> ViewsOf(this PriorMap map, PriorSubject subject)
    {
        ArgumentNullException.ThrowIfNull(map);
        return subject == PriorSubject.Modalities ? map.ModalityViews : map.Views;
    }
}
