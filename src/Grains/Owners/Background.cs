using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Owners;

/// <summary>Work that an actor does beside its requests, on its own scheduler; at most one at a time.</summary>
internal sealed class Background(ILogger log)
{
    private Action? _stop;
    private Task _work = Task.CompletedTask;
    private bool _again;

    public bool IsRunning => !_work.IsCompleted;

    /// <summary>Starts the work; while it is under way, notes that it is to be done once more. An exception is logged; the actor's tick tries again.</summary>
    public void Start(string what, Func<CancellationToken, Task> work)
    {
        _again = IsRunning;
        if (!IsRunning)
        {
            var stop = new CancellationTokenSource();
            _stop = stop.Cancel;
            _work = RunAsync(what, work, stop.Token);
        }
    }

    /// <summary>Asks the work to stop.</summary>
    public void Stop()
    {
        if (IsRunning)
        {
            _stop?.Invoke();
        }
    }

    private async Task RunAsync(string what, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        // Leaves the caller's turn first, so that a request returns at once.
        await Task.Yield();
        try
        {
            do
            {
                _again = false;
                await work(cancellationToken);
            }
            while (_again && !cancellationToken.IsCancellationRequested);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (OrleansException unreachable)
        {
            // Another actor did not answer, as when the silo ends: where in Orleans that showed helps nobody.
            log.LogWarning("{Work} stopped and will be tried again: {Reason}", what, unreachable.Message);
        }
#pragma warning disable CA1031 // Whatever it was, the actor lives on and its tick tries again.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogWarning(error, "{Work} stopped and will be tried again", what);
        }
    }
}
