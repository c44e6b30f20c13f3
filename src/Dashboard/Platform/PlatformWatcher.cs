using Hermes.Grains.Interfaces;

namespace Hermes.Dashboard.Platform;

/// <summary>Looks at the platform once a second for all pages together and puts what it sees on the board.</summary>
internal sealed class PlatformWatcher(IPlatformReader reader, PlatformBoard board, TimeProvider time, ILogger<PlatformWatcher> logger)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long a look may take; a silo that is restarted within it goes unnoticed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            board.Publish(await LookAsync(stoppingToken));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<PlatformView> LookAsync(CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
        try
        {
            return new PlatformView(await reader.ReadAsync(either.Token));
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
