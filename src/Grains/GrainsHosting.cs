using Hermes.Grains.Owners;
using Hermes.Grains.Placement;
using Hermes.Grains.Seams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hermes.Grains;

/// <summary>What the actors need of their silo besides the seams.</summary>
public static class GrainsHosting
{
    /// <summary>Adds placement on devices, timings, the clock, the list of troubles, what is told of changes and the numbers.</summary>
    public static ISiloBuilder AddHermesGrains(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton(new GrainTimings());
        silo.Services.TryAddSingleton<Troubles>();
        silo.Services.AddMetrics().TryAddSingleton<GrainMetrics>();
        silo.Services.TryAddSingleton<ChangeNotes>();
        silo.Services.TryAddSingleton<OwnerServices>();
        silo.AddPlacementDirector<OnDeviceSilo, OnDeviceSiloDirector>();
        return silo;
    }
}
