using Hermes.Grains.Seams;
using Hermes.Silo.Configuration;
using Hermes.Silo.Http;

namespace Hermes.Silo.Hosting;

/// <summary>Removes what nothing refers to, at the start of the silo and once a day.</summary>
internal sealed class Housekeeping(SiloSettings settings, IBlobCare blobs, UploadParts uploads, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Removes the files that workers were writing when they were killed. Only at the start, when there are no workers.</summary>
    public static void ClearTemporaryFiles(string dataDirectory)
    {
        var temporary = Directory.CreateDirectory(Path.Combine(dataDirectory, "tmp"));
        var cache = Directory.CreateDirectory(Path.Combine(dataDirectory, "cache"));
        foreach (var file in temporary.EnumerateFiles("*", SearchOption.AllDirectories).Concat(cache.EnumerateFiles("*.part", SearchOption.AllDirectories)))
        {
            file.Delete();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await blobs.CollectAsync(dryRun: false, stoppingToken);
                RemoveOldTemporaryFiles();
                uploads.RemoveOlderThan(clock.GetUtcNow() - Day);
            }
#pragma warning disable CA1031 // The platform works with what is left over as well; the next day tries again.
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.LogWarning(error, "What nothing refers to could not be removed: {Reason}", error.Message);
            }

            await Task.Delay(Day, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What workers that were killed left behind; no file is written for a day.
    private void RemoveOldTemporaryFiles()
    {
        foreach (var file in new DirectoryInfo(Path.Combine(settings.DataDirectory, "tmp")).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(f => f.LastWriteTimeUtc < (clock.GetUtcNow() - Day).UtcDateTime))
        {
            file.Delete();
        }
    }
}
