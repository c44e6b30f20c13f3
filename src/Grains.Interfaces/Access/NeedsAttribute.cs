namespace Hermes.Grains.Interfaces.Access;

/// <summary>
/// Which role a grain method needs, or every method of an interface that has no decision of its own; on a flag among a method's parameters, which role it takes to
/// set it. The build fails without a decision.
/// </summary>
/// <param name="role">The least role that may call it.</param>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class NeedsAttribute(Role role) : Attribute
{
    /// <summary>The least role that may call it.</summary>
    public Role Role => role;

    /// <summary>Whether it changes nothing although it needs more than a viewer, so that nothing of it goes on record.</summary>
    public bool Reads { get; init; }
}
