namespace Hermes.Grains.Interfaces.Catalog;

/// <summary>That something changed, but not to what: whoever shows it reads it.</summary>
/// <param name="Kind">One of <see cref="CatalogKinds"/>, or <see cref="Queue"/>.</param>
/// <param name="Key">The key of the actor that owns it.</param>
/// <param name="IsProgress">Whether it only got on: its entry in the catalog is as it was.</param>
[GenerateSerializer, Immutable, Alias("hermes.PlatformChange")]
public sealed record PlatformChange([property: Id(0)] string Kind, [property: Id(1)] string Key, [property: Id(2)] bool IsProgress = false)
{
    /// <summary>The kind of the queue of runs, which the catalog does not list.</summary>
    public const string Queue = "queue";
}

/// <summary>What changed since one was told last; nothing where that is only to say that the teller lives.</summary>
[GenerateSerializer, Immutable, Alias("hermes.PlatformChanges")]
public sealed record PlatformChanges
{
    /// <summary>More changes than this are told as <see cref="Everything"/>.</summary>
    public const int Most = 256;

    /// <summary>Nothing.</summary>
    public static PlatformChanges Nothing { get; } = new();

    /// <summary>Anything may have changed.</summary>
    public static PlatformChanges Everything { get; } = new() { IsEverything = true };

    /// <summary>What changed, each once.</summary>
    [Id(0)] public IReadOnlyList<PlatformChange> Changes { get; init; } = [];

    /// <summary>Whether anything may have changed, because it is too much to be told or nobody knows.</summary>
    [Id(1)] public bool IsEverything { get; init; }

    /// <summary>Whether nothing changed.</summary>
    public bool IsHeartbeat => !IsEverything && Changes.Count == 0;
}
