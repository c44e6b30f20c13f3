namespace Hermes.Grains.Owners;

/// <summary>A record with a state.</summary>
public interface IStated<out TState>
    where TState : struct, Enum
{
    /// <summary>Where it stands.</summary>
    TState State { get; }
}
