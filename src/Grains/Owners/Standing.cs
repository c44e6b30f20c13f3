namespace Hermes.Grains.Owners;

/// <summary>How the catalog shows a record.</summary>
/// <param name="IsUnfinished">Whether work is under way that must be found again after a restart.</param>
/// <param name="Status">The status record that its client reads.</param>
internal sealed record Standing(bool IsUnfinished, object Status);

/// <summary>A record with a state.</summary>
public interface IStated<out TState>
    where TState : struct, Enum
{
    /// <summary>Where it stands.</summary>
    TState State { get; }
}
