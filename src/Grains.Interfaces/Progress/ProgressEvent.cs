namespace Hermes.Grains.Interfaces.Progress;

/// <summary>One step of the story of long work. Readers that reconnect ask for what came after the last <see cref="Sequence"/>.</summary>
[GenerateSerializer, Immutable, Alias("hermes.ProgressEvent")]
public sealed record ProgressEvent
{
    /// <summary>Grows by one with every event of the same work; heartbeats repeat the last number.</summary>
    [Id(0)] public required long Sequence { get; init; }

    /// <summary>When it happened.</summary>
    [Id(1)] public required DateTimeOffset Time { get; init; }

    /// <summary>The state of the work after the event, in upper case ("QUEUED", "RUNNING").</summary>
    [Id(2)] public required string State { get; init; }

    /// <summary>What is being done; one of <see cref="Phases"/>.</summary>
    [Id(3)] public string Phase { get; init; } = "";

    /// <summary>How much of the phase is done, in the phase's own units (cases, steps, windows).</summary>
    [Id(4)] public double Done { get; init; }

    /// <summary>How much there is, or 0 when unknown.</summary>
    [Id(5)] public double Total { get; init; }

    /// <summary>A sentence for people, if there is something to say.</summary>
    [Id(6)] public string? Message { get; init; }

    /// <summary>Numbers that belong to the event; see <see cref="Runs.MetricKeys"/>.</summary>
    [Id(7)] public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Whether this only says that the work is still alive.</summary>
    [Id(8)] public bool IsHeartbeat { get; init; }

    /// <summary>Whether no further event will come.</summary>
    [Id(9)] public bool IsLast { get; init; }

    /// <summary>Whether it is told of what was before the events that are remembered one by one: for the record, not for what is now.</summary>
    [Id(10)] public bool IsPast { get; init; }

    /// <summary>Whether it says more than how far the work got since: another state, or a sentence.</summary>
    /// <param name="before">The event before it that did.</param>
    public bool IsNewsAfter(ProgressEvent? before) => before is null || State != before.State || (Message is not null && Message != before.Message);
}
