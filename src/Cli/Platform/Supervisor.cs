using Hermes.Grains.Interfaces;
using Hermes.Hosting;

namespace Hermes.Cli.Platform;

/// <summary>
/// Keeps one program alive: started again with growing pauses when it dies, given up when it dies at once again and again. One that ends because what it needs is
/// away is asked again for as long as that takes.
/// </summary>
/// <param name="what">What it is, as the beginning of a sentence.</param>
/// <param name="start">Starts it.</param>
/// <param name="say">Told when it has to be started again.</param>
/// <param name="time">The clock.</param>
internal sealed class Supervisor(string what, Func<IChildProcess> start, Action<string> say, TimeProvider time)
{
    /// <summary>Immediate deaths in a row after which there is no point in going on.</summary>
    private const int DeathsAccepted = 5;

    /// <summary>Exit codes above say that a signal ended the program, not the program itself.</summary>
    private const int Signalled = 128;

    /// <summary>A program that lived longer did not die of how it was started.</summary>
    private static readonly TimeSpan ImmediateDeath = TimeSpan.FromSeconds(10);

    /// <summary>A program that ends by its own word may need longer to find out, on a busy machine.</summary>
    private static readonly TimeSpan ImmediateEnd = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AwayPause = TimeSpan.FromSeconds(5);

    private volatile IChildProcess? _child;
    private volatile int _starts;
    private volatile bool _isAway;

    /// <summary>A program of the platform; every line it writes goes to <paramref name="onLine"/>.</summary>
    public Supervisor(PlatformProgram program, IReadOnlyList<string> arguments, Action<string>? onLine, Action<string> say)
        : this($"The {program.Room.ToLowerInvariant()}", () => ChildProgram.Start(program, arguments, onLine), say, TimeProvider.System)
    {
    }

    /// <summary>The living process, or null between two lives.</summary>
    public int? ProcessId => _child is { } child && IsAlive(child) ? child.Id : null;

    /// <summary>How often it was started.</summary>
    public int Starts => _starts;

    /// <summary>Whether it ended because what it needs is away, and was not started again yet.</summary>
    public bool IsAway => _isAway;

    /// <summary>Runs the program until cancelled, then ends it.</summary>
    /// <exception cref="HermesException">It was given up; the message is its own.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var deaths = 0;
        var isFirstLife = true;
        while (!cancellationToken.IsCancellationRequested)
        {
            var from = time.GetTimestamp();
            await using var child = start();
            (_child, _starts, _isAway) = (child, _starts + 1, false);
            int code;
            try
            {
                code = await child.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                _child = null;
                return;
            }

            _child = null;
            var isAway = _isAway = code == ExitCodes.Away;
            var isAtOnce = time.GetElapsedTime(from) < (code < Signalled ? ImmediateEnd : ImmediateDeath);
            deaths = isAway ? 0 : isAtOnce ? deaths + 1 : 1;
            var words = child.LastWords();
            if (isFirstLife && isAtOnce && words is not null && code is ExitCodes.Failed or ExitCodes.WrongUsage)
            {
                // It refused to start and said why: asking again changes nothing.
                throw new HermesException(words);
            }

            if (deaths == DeathsAccepted)
            {
                throw new HermesException(
                    words ?? $"{what} ended at once {deaths} times in a row, the last time with code {code}.",
                    hint: $"{what} was started {deaths} times.");
            }

            isFirstLife &= isAway;
            var pause = isAway ? AwayPause : TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << (deaths - 1)));
            say($"{what} ended with code {code}{(words is null ? "" : $" ({words})")}; it is started again in {pause.TotalSeconds:0.#} s.");
            try
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static bool IsAlive(IChildProcess child)
    {
        try
        {
            return !child.HasExited;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
