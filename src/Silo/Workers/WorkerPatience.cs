using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;

namespace Hermes.Silo.Workers;

/// <summary>How long a silo waits for a worker before it ends it.</summary>
internal sealed record WorkerPatience
{
    /// <summary>Stretches all limits.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>How long an order that is executed may go on after a cancel; what is being stored may go on to its own limit.</summary>
    public TimeSpan Cancel => Factor * Grace.Worker;

    /// <summary>How often it looks.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a worker may say nothing.</summary>
    public TimeSpan OfSilence(bool hasBegun) => Factor * (hasBegun ? WorkPhase.SilenceLimit : WorkPhase.StartLimit);

    /// <summary>How long the executing thread may stay where it is.</summary>
    public TimeSpan Of(string phase) => Factor * WorkPhase.LimitOf(phase);
}
