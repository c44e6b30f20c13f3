using System.Threading.Channels;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Platform;

/// <summary>
/// Looks at the platform for all pages together and puts what it sees on the board: when the platform tells that something changed, and now and then in any case.
/// While it tells nothing, because it is away or of an older version, it is looked at every second.
/// </summary>
internal sealed class PlatformWatcher(IPlatformReader reader, PlatformBoard board, TimeProvider time, ILogger<PlatformWatcher> logger)
    : BackgroundService
{
    /// <summary>How often it is looked at while it does not tell what changes.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How often it is looked at although it tells: what was not told is seen then.</summary>
    public static readonly TimeSpan Net = TimeSpan.FromSeconds(15);

    /// <summary>The least time between two looks, which is also never less than the last one took.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a look may take; a silo that is restarted within it goes unnoticed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // What was told since the last look began: a signal, and whether it was more than progress.
    private readonly Channel<bool> _told = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _isAnew;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(LookOnAsync(stoppingToken), ListenOnAsync(stoppingToken));

    private async Task LookOnAsync(CancellationToken stoppingToken)
    {
        var told = Task.FromResult(true);
        while (true)
        {
            _told.Reader.TryRead(out _);
            var began = time.GetTimestamp();
            board.Publish(await LookAsync(Interlocked.Exchange(ref _isAnew, false), stoppingToken));

            var took = time.GetElapsedTime(began);
            await Task.Delay(took > Pause ? took : Pause, time, stoppingToken);
            if (told.IsCompleted)
            {
                told = _told.Reader.WaitToReadAsync(stoppingToken).AsTask();
            }

            while (!told.IsCompleted && time.GetElapsedTime(began) < (board.IsTold ? Net : Interval))
            {
                await Task.WhenAny(told, Task.Delay(Pause, time, stoppingToken));
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task ListenOnAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await foreach (var changes in reader.WatchAsync(stoppingToken))
                {
                    board.IsTold = true;
                    Hear(changes);
                }
            }
#pragma warning disable CA1031 // The looks say what is wrong with the platform.
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                logger.LogDebug(failure, "The platform does not tell what changes.");
            }

            board.IsTold = false;
            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private void Hear(PlatformChanges changes)
    {
        if (changes.IsHeartbeat)
        {
            return;
        }

        if (changes.IsEverything || changes.Changes.Any(c => !c.IsProgress))
        {
            Interlocked.Exchange(ref _isAnew, true);
        }

        _told.Writer.TryWrite(true);
        board.Tell(changes);
    }

    private async Task<PlatformView> LookAsync(bool isAnew, CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
        try
        {
            return new PlatformView(await reader.ReadAsync(isAnew, either.Token));
        }
        catch (PlatformAbsentException)
        {
            return new PlatformView(Contents: null);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return new PlatformView(Contents: null, $"The platform has not answered for {Patience.TotalSeconds:0} s.");
        }
        catch (HermesException refused)
        {
            return new PlatformView(Contents: null, refused.Message);
        }
#pragma warning disable CA1031 // Whatever goes wrong with one look, the next one may succeed.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.LogWarning(failure, "The platform could not be read.");
            return new PlatformView(Contents: null, $"The platform could not be read: {failure.Message}");
        }
    }
}
