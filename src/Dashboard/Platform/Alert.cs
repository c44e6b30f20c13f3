namespace Hermes.Dashboard.Platform;

/// <summary>Something that waits for a person: what it is, what to do, and where.</summary>
/// <param name="IsFailure">Whether something ended badly; if not, it waits.</param>
/// <param name="Message">What it is, in sentences.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="About">What kind of thing it is about.</param>
/// <param name="Name">Which one; empty for all of them.</param>
public sealed record Alert(bool IsFailure, string Message, string Remedy, AlertAbout About, string Name = "");

/// <summary>What alerts are about.</summary>
public enum AlertAbout
{
    /// <summary>The platform itself.</summary>
    Platform,

    /// <summary>Who waits for which device.</summary>
    Queue,

    /// <summary>A run.</summary>
    Run,

    /// <summary>An update.</summary>
    Update,

    /// <summary>An event.</summary>
    Event,

    /// <summary>A dataset.</summary>
    Dataset,

    /// <summary>A segmentation.</summary>
    Segmentation,

    /// <summary>A study of what tasks gain from each other.</summary>
    Study,
}
