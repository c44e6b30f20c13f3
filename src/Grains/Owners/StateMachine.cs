using Hermes.Grains.Interfaces;

namespace Hermes.Grains.Owners;

/// <summary>Which state may follow which; ARCHITECTURE.md draws them all.</summary>
internal sealed class StateMachine<TState>(params IReadOnlyList<(TState From, TState[] To)> moves)
    where TState : struct, Enum
{
    /// <summary>Every move, in the order of the states.</summary>
    public IEnumerable<(TState From, TState To)> Moves { get; } = [.. moves.SelectMany(m => m.To.Select(to => (m.From, to))).Order()];

    /// <summary>Refuses a move that is not drawn; to stay is none.</summary>
    /// <exception cref="InvalidOperationException">The state may not follow.</exception>
    public void Require(TState from, TState to, string owner)
    {
        if (!from.Equals(to) && !Moves.Contains((from, to)))
        {
            throw new InvalidOperationException($"{owner} is {from.Word()} and cannot become {to.Word()}.");
        }
    }
}
