using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Grains.Scheduling;

/// <summary>A silo and its devices.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="Incarnation">Its present life.</param>
/// <param name="Devices">What it declared last.</param>
public sealed record DeclaredSilo(string Silo, string Incarnation, IReadOnlyList<DeviceDescription> Devices);
