using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Grains.Scheduling;

/// <summary>A run in the queue.</summary>
public sealed record QueueEntry
{
    /// <summary>The run's name.</summary>
    public required string Run { get; init; }

    /// <summary>What it asks for.</summary>
    public RunDemand Demand { get; init; } = new();

    /// <summary>What decides when it goes.</summary>
    public required QueuePlace Place { get; init; }

    /// <summary>When it came; null of a run that an older platform queued.</summary>
    public DateTimeOffset? Queued { get; init; }

    /// <summary>The person who holds it back, if one does.</summary>
    public PersonsWord? Held { get; init; }

    /// <summary>The person who put it where it is, if one did.</summary>
    public PersonsWord? Moved { get; init; }
}

/// <summary>What decides when a run goes. A run that a person moves before another takes that one's place.</summary>
/// <param name="Priority">Its priority.</param>
/// <param name="Site">The site whose turn it is.</param>
/// <param name="Since">Since when it has waited.</param>
/// <param name="Arrival">A number that grows with every run that comes.</param>
/// <param name="LostDevice">Whether it had a device and lost it through no fault of its own.</param>
/// <param name="IsFirst">Whether a person put it before all others.</param>
public sealed record QueuePlace(RunPriority Priority, string Site, DateTimeOffset Since, long Arrival, bool LostDevice = false, bool IsFirst = false);

/// <summary>What a person decided about a run.</summary>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
public sealed record PersonsWord(string By, DateTimeOffset At);
