using Hermes.Client.Access;
using Hermes.Client.Blobs;
using Hermes.Client.Connection;
using Hermes.Client.Datasets;
using Hermes.Client.Evaluations;
using Hermes.Client.Events;
using Hermes.Client.Models;
using Hermes.Client.Priors;
using Hermes.Client.Relations;
using Hermes.Client.Runs;
using Hermes.Client.Scheduling;
using Hermes.Client.Segmentations;
using Hermes.Client.Tasks;
using Hermes.Client.Updates;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Client;

/// <summary>
/// The typed client of a platform: grain calls and blob transfer. Safe for concurrent use; one per platform is enough.
/// Calls and streams outlive a restart of the silo of up to 60 s; in a cluster they go on at another silo.
/// </summary>
public sealed class HermesClient : IAsyncDisposable
{
    private readonly PlatformConnection _connection;
    private readonly PlatformLocator _locator;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    private HermesClient(PlatformConnection connection, PlatformLocator locator, HttpClient http, TimeProvider time)
    {
        (_connection, _locator, _time) = (connection, locator, time);
        _http = http;
        Blobs = new BlobClient(connection, http, time);
        BlobCare = new BlobCareClient(connection);
        Datasets = new DatasetClient(connection, Blobs);
        Tasks = new TaskClient(connection);
        Runs = new RunClient(connection, time);
        Queue = new QueueClient(connection);
        Models = new ModelClient(connection);
        ModelFiles = new ModelFileClient(connection, Blobs);
        Priors = new PriorClient(connection, Models, Blobs);
        Relations = new RelationClient(connection, Models, Priors, Blobs);
        Updates = new UpdateClient(connection);
        Events = new EventClient(connection);
        Access = new AccessClient(connection);
        Segmentations = new SegmentationClient(connection, Models);
        Evaluations = new EvaluationClient(Datasets, Models, Segmentations);
    }

    /// <summary>What the platform says of itself; renewed after a restart of the silo.</summary>
    public PlatformDescription Platform => _connection.Platform;

    /// <summary>What the platform says of itself now: <see cref="Platform"/> is as old as the connection, and silos come and go.</summary>
    public Task<PlatformDescription> DescribeAsync(CancellationToken cancellationToken = default) => _locator.FindAsync(cancellationToken);

    /// <summary>What a silo says of the platform and of itself, as <see cref="DescribeAsync(CancellationToken)"/> says it of the one that answers.</summary>
    /// <exception cref="HermesException">It does not answer.</exception>
    public Task<PlatformDescription> DescribeAsync(SiloDescription silo, CancellationToken cancellationToken = default) =>
        _locator.DescribeAsync(AddressOf(silo), cancellationToken);

    /// <summary>What the silos noticed of themselves and could not mend.</summary>
    public Task<IReadOnlyList<PlatformTrouble>> TroublesAsync(CancellationToken cancellationToken = default) => _locator.TroublesAsync(cancellationToken);

    /// <summary>What the silo that answers was told, and where; null from one of an older version, which does not say. Secrets are in the files that settings name.</summary>
    public Task<ConfigReport?> SettingsAsync(CancellationToken cancellationToken = default) => _locator.SettingsAsync(null, cancellationToken);

    /// <summary>What a silo was told, as <see cref="SettingsAsync(CancellationToken)"/> says it of the one that answers.</summary>
    /// <exception cref="HermesException">It does not answer.</exception>
    public Task<ConfigReport?> SettingsAsync(SiloDescription silo, CancellationToken cancellationToken = default) => _locator.SettingsAsync(AddressOf(silo), cancellationToken);

    /// <summary>How the silo that answers is, and where its database and blobs are.</summary>
    public Task<PlatformHealth?> HealthAsync(CancellationToken cancellationToken = default) => _locator.HealthAsync(null, cancellationToken);

    /// <summary>How a silo is, as <see cref="HealthAsync(CancellationToken)"/> says it of the one that answers.</summary>
    /// <exception cref="HermesException">It does not answer.</exception>
    public Task<PlatformHealth?> HealthAsync(SiloDescription silo, CancellationToken cancellationToken = default) => _locator.HealthAsync(AddressOf(silo), cancellationToken);

    /// <summary>
    /// That something changed on the platform, from now on and without an end: in bundles, never what. Where the connection was lost it goes on with
    /// <see cref="PlatformChanges.Everything"/>. A bundle comes every few seconds in any case.
    /// </summary>
    /// <exception cref="HermesException">The platform went away and did not come back, or its silos are of a version that does not tell.</exception>
    public IAsyncEnumerable<PlatformChanges> WatchAsync(CancellationToken cancellationToken = default) =>
        _connection.StreamAsync((grains, token) => grains.GetGrain<IChangeFeedGrain>(0).WatchAsync(token), PlatformConnection.ChangesPatience, cancellationToken);

    /// <summary>A code by which one browser may enter a dashboard of the platform, once; null where the platform has no access token.</summary>
    public string? SignEntry() => _locator.Token?.SignEntry(_time.GetUtcNow());

    /// <summary>Does something for a person whom a service knows, and the platform does not: the audit names both.</summary>
    /// <param name="person">The name of the person.</param>
    /// <param name="act">What is done; its calls are made before it ends.</param>
    public static async Task<T> ForAsync<T>(string person, Func<Task<T>> act)
    {
        ArgumentNullException.ThrowIfNull(act);

        // Of this flow alone: it ends with this method.
        RequestContext.Set(AccessToken.PersonKey, person);
        return await act().ConfigureAwait(false);
    }

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

    /// <summary>Weights that are taken in, and given out.</summary>
    public ModelFileClient ModelFiles { get; }

    /// <summary>How the learned priors of models relate.</summary>
    public PriorClient Priors { get; }

    /// <summary>What tasks gain from each other, measured.</summary>
    public RelationClient Relations { get; }

    /// <summary>Growing models.</summary>
    public UpdateClient Updates { get; }

    /// <summary>Events, and those that failed.</summary>
    public EventClient Events { get; }

    /// <summary>Who may do what, and who did what.</summary>
    public AccessClient Access { get; }

    /// <summary>Segmenting volumes.</summary>
    public SegmentationClient Segmentations { get; }

    /// <summary>Measuring a model on the labelled cases of a dataset.</summary>
    public EvaluationClient Evaluations { get; }

    /// <summary>Connects to the platform at <paramref name="address"/> (<c>HOST:PORT</c>, or those of several silos with commas between).</summary>
    /// <param name="address">Where the platform answers over HTTP; <see cref="PlatformDescription.DefaultAddress"/> when nobody chose another.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="tokenFile">A copy of the platform's access token. When null, the platform's own file is read, which its user can on its machine.</param>
    /// <param name="tls">The certificates by which client and silos know each other; null where the platform is on this machine and does without.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <exception cref="HermesException">No platform answers there, or not to this user, or it would be spoken to in clear text over a network.</exception>
    public static async Task<HermesClient> ConnectAsync(
        string address, TimeProvider? time = null, string? tokenFile = null, TlsFiles? tls = null, CancellationToken cancellationToken = default)
    {
        time ??= TimeProvider.System;

        // Blobs are large: only silence ends a transfer, not its duration.
        var token = new TokenSource(tokenFile);
        var wire = new Wire(tls is null ? null : TlsIdentity.Read(tls, time.GetUtcNow()));
        var http = new HttpClient(new SignedRequests(token, time, wire.Handler())) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            var locator = new PlatformLocator(PlatformAddress.ParseList(address), http, token, wire);
            var connection = await PlatformConnection.OpenAsync(locator, time, cancellationToken).ConfigureAwait(false);
            return new HermesClient(connection, locator, http, time);
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

    private static PlatformAddress AddressOf(SiloDescription silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        return PlatformAddress.Parse(silo.Address);
    }
}
