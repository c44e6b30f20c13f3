using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Runs;

/// <summary>A run at one moment, as everybody who looks at it sees it.</summary>
internal sealed record RunView
{
    public static RunView FirstLook { get; } = new();

    /// <summary>How it stood when it was read last; null before that, and where it cannot be read.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Whether there is no such run.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>Why it cannot be read, if so.</summary>
    public Failure? Problem { get; init; }

    /// <summary>What its worker said last: of the phase it is at, how much is done. Null while none works on it.</summary>
    public ProgressEvent? Progress { get; init; }

    /// <summary>The last of its changes of state and of what was said meanwhile, oldest first.</summary>
    public IReadOnlyList<ProgressEvent> Story { get; init; } = [];
}
