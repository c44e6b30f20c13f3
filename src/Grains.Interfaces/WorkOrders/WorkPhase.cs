using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>What a worker is at, and how long it may then go without getting on before it is held to be hung and ended.</summary>
/// <remarks>
/// The limits are generous: one that is too long costs a wait, one that is too short ends good work. They hold for the work
/// between two signs of progress on two slow cores that others use too. A silo can stretch them (<c>--patience</c>).
/// </remarks>
/// <param name="Name">As progress shows it.</param>
/// <param name="Limit">Longest time without progress.</param>
public sealed record WorkPhase(string Name, TimeSpan Limit)
{
    /// <summary>What <c>--patience</c> is, as the options of the programs describe it.</summary>
    public const string PatienceHelp = "Stretches the limits after which a worker that does not get on is ended and its work begun again; more than 1 for very slow machines.";

    /// <summary>From its start to its first message: libtorch is loaded and tried, perhaps from a network disk.</summary>
    public static TimeSpan StartLimit { get; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Between two signs of life, whatever it does: they come every second, from a thread that computes nothing. Only a process that is stopped, or a
    /// machine that swaps, is silent.
    /// </summary>
    public static TimeSpan SilenceLimit { get; } = TimeSpan.FromMinutes(2);

    /// <summary>One case read, checked, measured and stored: the largest volume accepted takes minutes.</summary>
    public static WorkPhase Ingest { get; } = new(Phases.Ingest, TimeSpan.FromMinutes(30));

    /// <summary>One case read and resampled for training.</summary>
    public static WorkPhase Prepare { get; } = new(Phases.Prepare, TimeSpan.FromMinutes(30));

    /// <summary>A checkpoint, a model or a volume read.</summary>
    public static WorkPhase Load { get; } = new(Phases.Load, TimeSpan.FromMinutes(20));

    /// <summary>One step: of the published network on two cores minutes.</summary>
    public static WorkPhase Train { get; } = new(Phases.Train, TimeSpan.FromMinutes(45));

    /// <summary>One batch of windows of a validation case.</summary>
    public static WorkPhase Validate { get; } = new(Phases.Validate, TimeSpan.FromMinutes(20));

    /// <summary>One batch of windows of a segmentation.</summary>
    public static WorkPhase Window { get; } = new(Phases.Window, TimeSpan.FromMinutes(20));

    /// <summary>The priors of a model version compared: seconds for a thousand tasks.</summary>
    public static WorkPhase Compare { get; } = new(Phases.Compare, TimeSpan.FromMinutes(20));

    /// <summary>A checkpoint, a package or an answer written and its digest taken, perhaps to a network disk.</summary>
    public static WorkPhase Store { get; } = new(Phases.Store, TimeSpan.FromMinutes(20));

    /// <summary>The limit of the phase of this name; the longest for a name that is not known.</summary>
    public static TimeSpan LimitOf(string name) => All.FirstOrDefault(p => p.Name == name)?.Limit ?? All.Max(p => p.Limit);

    private static WorkPhase[] All => [Ingest, Prepare, Load, Train, Validate, Window, Compare, Store];
}
