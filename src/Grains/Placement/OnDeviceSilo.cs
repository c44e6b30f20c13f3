using Orleans.Placement;

namespace Hermes.Grains.Placement;

/// <summary>Places a grain whose key is <c>silo/device</c> on the silo of that name.</summary>
[Serializable]
[GenerateSerializer]
[Alias("hermes.OnDeviceSilo")]
public sealed class OnDeviceSilo : PlacementStrategy
{
    /// <summary>The one instance.</summary>
    public static OnDeviceSilo Instance { get; } = new();
}

/// <summary>The grain's key is <c>silo/device</c>; it lives on that silo.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnDeviceSiloAttribute() : PlacementAttribute(OnDeviceSilo.Instance);
