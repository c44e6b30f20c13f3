namespace Hermes.Grains.Progress;

/// <summary>An event as its owner tells it; number and time are given by its <see cref="Story"/>.</summary>
internal sealed record Happening
{
    /// <summary>The state of the work after the event, in upper case.</summary>
    public required string State { get; init; }

    /// <summary>What is being done.</summary>
    public string Phase { get; init; } = "";

    /// <summary>How much of the phase is done, in the phase's own units.</summary>
    public double Done { get; init; }

    /// <summary>How much there is, or 0 when unknown.</summary>
    public double Total { get; init; }

    /// <summary>A sentence for people, if there is something to say.</summary>
    public string? Message { get; init; }

    /// <summary>Numbers that belong to the event.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Whether no further event will come.</summary>
    public bool IsLast { get; init; }
}
