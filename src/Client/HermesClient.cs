using Hermes.Client.Blobs;
using Hermes.Client.Connection;
using Hermes.Client.Datasets;
using Hermes.Client.Evaluations;
using Hermes.Client.Events;
using Hermes.Client.Models;
using Hermes.Client.Runs;
using Hermes.Client.Scheduling;
using Hermes.Client.Segmentations;
using Hermes.Client.Tasks;
using Hermes.Client.Updates;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Client;

/// <summary>
/// The typed client of a platform: grain calls and blob transfer. Safe for concurrent use; one per platform is enough.
/// Calls and streams outlive a restart of the silo of up to 60 s.
/// </summary>
public sealed class HermesClient : IAsyncDisposable
{
    private readonly PlatformConnection _connection;
    private readonly HttpClient _http;

    private HermesClient(PlatformConnection connection, HttpClient http, TimeProvider time)
    {
        _connection = connection;
        _http = http;
        Blobs = new BlobClient(connection, http, time);
        BlobCare = new BlobCareClient(connection);
        Datasets = new DatasetClient(connection, Blobs);
        Tasks = new TaskClient(connection);
        Runs = new RunClient(connection, time);
        Queue = new QueueClient(connection);
        Models = new ModelClient(connection);
        Updates = new UpdateClient(connection);
        Events = new EventClient(connection);
        Segmentations = new SegmentationClient(connection, Models);
        Evaluations = new EvaluationClient(Datasets, Models, Segmentations);
    }

    /// <summary>What the platform says of itself; renewed after a restart of the silo.</summary>
    public PlatformDescription Platform => _connection.Platform;

    /// <summary>Moving files to and from the platform.</summary>
    public BlobClient Blobs { get; }

    /// <summary>Checking what the platform keeps, and removing what nothing refers to.</summary>
    public BlobCareClient BlobCare { get; }

    /// <summary>Adding, listing and reading datasets.</summary>
    public DatasetClient Datasets { get; }

    /// <summary>The tasks that datasets declared.</summary>
    public TaskClient Tasks { get; }

    /// <summary>Training.</summary>
    public RunClient Runs { get; }

    /// <summary>Runs that wait for a device.</summary>
    public QueueClient Queue { get; }

    /// <summary>Models and their versions.</summary>
    public ModelClient Models { get; }

    /// <summary>Growing models.</summary>
    public UpdateClient Updates { get; }

    /// <summary>Events, and those that failed.</summary>
    public EventClient Events { get; }

    /// <summary>Segmenting volumes.</summary>
    public SegmentationClient Segmentations { get; }

    /// <summary>Measuring a model on the labelled cases of a dataset.</summary>
    public EvaluationClient Evaluations { get; }

    /// <summary>Connects to the platform at <paramref name="address"/> (<c>HOST:PORT</c>).</summary>
    /// <param name="address">Where the platform answers over HTTP; <see cref="PlatformDescription.DefaultAddress"/> when nobody chose another.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <exception cref="HermesException">No platform answers there.</exception>
    public static async Task<HermesClient> ConnectAsync(string address, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        time ??= TimeProvider.System;

        // Blobs are large: only silence ends a transfer, not its duration.
        var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        try
        {
            var connection = await PlatformConnection
                .OpenAsync(new PlatformLocator(PlatformAddress.Parse(address), http), time, cancellationToken).ConfigureAwait(false);
            return new HermesClient(connection, http, time);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
    }
}
