namespace Hermes.Dashboard;

/// <summary>Ends the dashboard when the process that started it has gone, however it went.</summary>
internal sealed class ParentWatch(IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // An orphan gets a new parent: a changed number is the one sign that comes even when the parent was killed.
        var parent = ParentProcessId();
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (ParentProcessId() != parent)
            {
                lifetime.StopApplication();
                return;
            }
        }
    }

    private static string ParentProcessId() => File.ReadLines("/proc/self/status").First(l => l.StartsWith("PPid:", StringComparison.Ordinal));
}
