using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Owners;

/// <summary>What every owner works with.</summary>
/// <param name="Catalog">Where owners are listed.</param>
/// <param name="Events">What carries their events to subscribers.</param>
/// <param name="Timings">How often they look around.</param>
/// <param name="Clock">The time.</param>
/// <param name="Loggers">Where they log.</param>
/// <param name="Metrics">Where they are counted.</param>
/// <param name="Changes">Where they note that they changed.</param>
public sealed record OwnerServices(
    ICatalogStore Catalog, IEventBus Events, GrainTimings Timings, TimeProvider Clock, ILoggerFactory Loggers, GrainMetrics Metrics, ChangeNotes Changes);
