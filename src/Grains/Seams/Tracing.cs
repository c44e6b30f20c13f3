using System.Diagnostics;

namespace Hermes.Grains.Seams;

/// <summary>How work is found again in a trace that began with whoever asked for it.</summary>
public static class Tracing
{
    /// <summary>The name of the platform's own spans.</summary>
    public const string Source = "Hermes";

    /// <summary>Where they begin.</summary>
    public static ActivitySource Spans { get; } = new(Source);

    /// <summary>The trace of the call under way, as a W3C <c>traceparent</c>, to be written down with what was asked; null when nobody records it.</summary>
    public static string? Parent => Activity.Current is { Recorded: true } asked ? asked.Id : null;
}
