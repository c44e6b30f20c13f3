using Orleans.Placement;

namespace Hermes.Grains.Placement;

/// <summary>The grain's key is <c>silo/device</c>; it lives on that silo.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnDeviceSiloAttribute() : PlacementAttribute(OnDeviceSilo.Instance);
