using System.Net;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Hermes.Silo.Health;
using Hermes.Silo.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Hermes.Silo.Tests.Health;

public sealed class ChecksTests
{
    [Fact]
    public async Task A_silo_is_unhealthy_until_it_has_started_and_from_the_moment_it_is_told_to_end()
    {
        using var folder = new TemporaryFolder();
        var builder = SiloHost.CreateBuilder(new SiloSettings { DataDirectory = folder.Path, Address = IPEndPoint.Parse("127.0.0.1:5081"), Threads = 1, IngestWorkers = 1 });
        await using var services = builder.Services.BuildServiceProvider();
        var health = services.GetRequiredService<HealthCheckService>();

        var before = await health.CheckHealthAsync();
        services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var ending = await health.CheckHealthAsync();

        Assert.Equal([Checks.Start], NotHealthy(before));
        Assert.Equal([Checks.Start, Checks.End], NotHealthy(ending));
        Assert.Equal(HealthStatus.Unhealthy, ending.Status);
    }

    [Fact]
    public async Task A_silo_says_where_its_database_and_blobs_are_and_is_degraded_when_the_database_cannot_be_read()
    {
        using var folder = new TemporaryFolder();
        var settings = new SiloSettings { DataDirectory = folder.Path, Address = IPEndPoint.Parse("127.0.0.1:5081"), Threads = 1, IngestWorkers = 1 };
        await using var services = SiloHost.CreateBuilder(settings).Services.BuildServiceProvider();
        var health = services.GetRequiredService<HealthCheckService>();

        var well = await health.CheckHealthAsync();
        SqliteConnection.ClearAllPools();
        folder.File(SiloSettings.DatabaseName, "This is no database, it is a letter of more than one hundred bytes that somebody saved under a name it does not deserve.");
        var ill = (await health.CheckHealthAsync()).Entries[PlatformHealth.Database];

        Assert.Equal((settings.EmbeddedDatabase, settings.BlobsDirectory), (well.Entries[PlatformHealth.Database].Description, well.Entries[PlatformHealth.Blobs].Description));
        Assert.Equal(HealthStatus.Degraded, ill.Status);
        Assert.StartsWith($"The database {settings.EmbeddedDatabase} cannot be used: ", ill.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_says_how_much_room_its_disk_has_and_what_the_cache_takes_and_is_degraded_when_there_is_little()
    {
        using var folder = new TemporaryFolder();
        var settings = new SiloSettings { DataDirectory = folder.Path, Address = IPEndPoint.Parse("127.0.0.1:5081"), Threads = 1, IngestWorkers = 1 };
        Directory.CreateDirectory(Path.Combine(settings.CacheDirectory, "blobs"));
        using (var cached = File.Create(Path.Combine(settings.CacheDirectory, "blobs", "blob-1")))
        {
            cached.SetLength((1L << 30) / 2);
        }

        var builder = SiloHost.CreateBuilder(settings);
        var free = 41L << 30;
        builder.Services.AddSingleton<Func<DiskRoom>>(() => new DiskRoom(folder.Path, free, 100L << 30));
        await using var services = builder.Services.BuildServiceProvider();
        var health = services.GetRequiredService<HealthCheckService>();

        var well = (await health.CheckHealthAsync()).Entries[PlatformHealth.Disk];
        free = 4L << 30;
        var ill = (await health.CheckHealthAsync()).Entries[PlatformHealth.Disk];

        Assert.Equal((HealthStatus.Healthy, HealthStatus.Degraded), (well.Status, ill.Status));
        Assert.Equal($"41.0 GiB of 100.0 GiB free at {folder.Path}. The cache takes 0.5 GiB, and gives way where the disk is full.", well.Description);
    }

    private static IEnumerable<string> NotHealthy(HealthReport report) => report.Entries.Where(e => e.Value.Status != HealthStatus.Healthy).Select(e => e.Key);
}
