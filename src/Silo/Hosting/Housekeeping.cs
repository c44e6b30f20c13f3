using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Silo.Configuration;
using Hermes.Silo.Http;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Hosting;

/// <summary>
/// At the start of the silo and once a day, removes what is of no use any more: files of its own, and blobs that nothing refers to. Of a cluster, one silo a day removes
/// these, whichever asks first; a platform of one silo does at every start, too.
/// </summary>
internal sealed class Housekeeping(
    SiloSettings settings, IGrainFactory grains, IBlobStore blobs, PreparedCases prepared, UploadParts uploads, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Every silo asks once a day, by its own clock.
    private static readonly TimeSpan Lately = TimeSpan.FromHours(23);

    /// <summary>Removes files that workers were writing when they were killed.</summary>
    /// <param name="dataDirectory">Where they are.</param>
    /// <param name="before">Those that nothing was written to since; all of them at the start, when there are no workers.</param>
    public static void RemoveUnfinished(string dataDirectory, DateTimeOffset before)
    {
        var temporary = Directory.CreateDirectory(Path.Combine(dataDirectory, "tmp"));
        var cache = Directory.CreateDirectory(Path.Combine(dataDirectory, "cache"));
        foreach (var file in temporary.EnumerateFiles("*", SearchOption.AllDirectories).Concat(cache.EnumerateFiles("*.part", SearchOption.AllDirectories))
            .Where(f => f.LastWriteTimeUtc < before.UtcDateTime))
        {
            file.Delete();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var since = settings.Cluster is null ? clock.GetUtcNow() : clock.GetUtcNow() - Lately;
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync("Blobs that nothing refers to", () => grains.GetGrain<IBlobCollectorGrain>(settings.Site).CollectAsync(since, stoppingToken), stoppingToken);
            await TryAsync("Files of this silo", () => RemoveFilesAsync(stoppingToken), stoppingToken);
            await Task.Delay(Day, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            since = clock.GetUtcNow() - Lately;
        }
    }

    private async Task TryAsync(string what, Func<Task> remove, CancellationToken stoppingToken)
    {
        try
        {
            await remove();
        }
#pragma warning disable CA1031 // The platform works with what is left over as well; the next day tries again.
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogWarning(error, "{What} could not be removed: {Reason}", what, error.Message);
        }
    }

    private Task RemoveFilesAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - IBlobStore.Abandoned;
        RemoveUnfinished(settings.DataDirectory, before);
        uploads.RemoveOlderThan(before);
        return prepared.RemoveStrayAsync(blobs, cancellationToken);
    }
}
