using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Client.Connection;

/// <summary>Asks addresses which platform answers there. Every silo of a cluster tells the addresses of all, so that one that is gone is not missed.</summary>
internal sealed class PlatformLocator(IReadOnlyList<PlatformAddress> given, HttpClient http, TokenSource token, Wire wire)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Of several that are asked at once, one that stands still holds nobody up.
    private static readonly TimeSpan BesideOthers = TimeSpan.FromSeconds(2);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private IReadOnlyList<PlatformAddress> _told = [];
    private IReadOnlyList<SiloDescription> _members = [];
    private PlatformAddress _answering = given[0];

    /// <summary>The first address that was given.</summary>
    public PlatformAddress Address => given[0];

    /// <summary>How it is spoken to.</summary>
    public Wire Wire => wire;

    /// <summary>The token of the platform that answered last.</summary>
    public AccessToken? Token => token.Token;

    /// <summary>What the silos noticed of themselves. One of several that does not answer says nothing: the others notice that it is gone.</summary>
    /// <exception cref="HermesException">None answers any more.</exception>
    public async Task<IReadOnlyList<PlatformTrouble>> TroublesAsync(CancellationToken cancellationToken)
    {
        if (_members.Count < 2)
        {
            return await TroublesAsync(_answering, Patience, cancellationToken).ConfigureAwait(false);
        }

        var asked = await Task.WhenAll(_members.Select(OfAsync)).ConfigureAwait(false);
        return asked.Any(a => a.Nobody is null) ? [.. asked.SelectMany(a => a.Troubles)] : throw asked[0].Nobody!;

        async Task<(IEnumerable<PlatformTrouble> Troubles, HermesException? Nobody)> OfAsync(SiloDescription silo)
        {
            try
            {
                var troubles = await TroublesAsync(PlatformAddress.Parse(silo.Address), BesideOthers, cancellationToken).ConfigureAwait(false);
                return (troubles.Select(t => t with { Silo = silo.Name }), null);
            }
            catch (HermesException nobody)
            {
                return ([], nobody);
            }
        }
    }

    /// <summary>What a silo was told; null from one of an older version, which does not say.</summary>
    /// <param name="silo">Where it answers; null for the one that answered last.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HermesException">It does not answer any more.</exception>
    public Task<ConfigReport?> SettingsAsync(PlatformAddress? silo, CancellationToken cancellationToken) => AskAsync(
        silo ?? _answering,
        Patience,
        async (address, token) =>
        {
            using var answer = await http.GetAsync(new Uri(address, "platform/settings"), token).ConfigureAwait(false);
            return answer.StatusCode == HttpStatusCode.NotFound
                ? null
                : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<ConfigReport>(Json, token).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>How a silo is.</summary>
    /// <param name="silo">Where it answers; null for the one that answered last, and before any did, the first that was given.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HermesException">It does not answer.</exception>
    public Task<PlatformHealth?> HealthAsync(PlatformAddress? silo, CancellationToken cancellationToken) => AskAsync(
        silo ?? _answering,
        silo is null ? Patience : BesideOthers,
        async (address, token) =>
        {
            // One that starts or ends answers with an error, and says how it is.
            using var answer = await http.GetAsync(new Uri(address, "health/ready"), token).ConfigureAwait(false);
            return await answer.Content.ReadFromJsonAsync<PlatformHealth>(Json, token).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>What a silo says of the platform and of itself.</summary>
    /// <param name="silo">Where it answers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HermesException">It does not answer.</exception>
    public Task<PlatformDescription> DescribeAsync(PlatformAddress silo, CancellationToken cancellationToken) => FindAsync(silo, BesideOthers, cancellationToken);

    /// <summary>The platform that answers now, at the first address where one does, or why none does at the first.</summary>
    /// <exception cref="HermesException">No platform answers.</exception>
    public async Task<PlatformDescription> FindAsync(CancellationToken cancellationToken)
    {
        HermesException? first = null;
        foreach (var address in given.Concat(_told).Distinct().ToList())
        {
            try
            {
                var platform = await FindAsync(address, Patience, cancellationToken).ConfigureAwait(false);
                _answering = address;
                _told = [.. (platform.Silos ?? []).Select(PlatformAddress.Parse)];
                _members = platform.Members ?? [];
                return platform;
            }
            catch (HermesException nobody)
            {
                first ??= nobody;
            }
        }

        throw first!;
    }

    private async Task<IReadOnlyList<PlatformTrouble>> TroublesAsync(PlatformAddress silo, TimeSpan patience, CancellationToken cancellationToken) => await AskAsync(
        silo,
        patience,
        (address, token) => http.GetFromJsonAsync<List<PlatformTrouble>>(new Uri(address, "platform/troubles"), Json, token),
        cancellationToken).ConfigureAwait(false) ?? [];

    private async Task<T> AskAsync<T>(PlatformAddress silo, TimeSpan patience, Func<Uri, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            return await ask(wire.Of(silo), limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException { StatusCode: null } || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Nobody(silo, e);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or NotSupportedException)
        {
            throw new HermesException($"What answers at {silo} does not say how it is: {e.Message}", e);
        }
    }

    private async Task<PlatformDescription> FindAsync(PlatformAddress address, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            return await http.GetFromJsonAsync<PlatformDescription>(new Uri(wire.Of(address), "platform"), Json, limit.Token).ConfigureAwait(false)
                ?? throw SomethingElse(address, null);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new HermesException($"What answers at {address} does not prove by TLS that it is the platform: {(e.InnerException ?? e).Message}", e) { Remedy = Remedy.NameCertificates };
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            throw Nobody(address, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Nobody(address, e);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or NotSupportedException)
        {
            throw SomethingElse(address, e);
        }
    }

    private static HermesException Nobody(PlatformAddress address, Exception cause) => new($"No platform answers at {address}.", cause)
    {
        Remedy = Remedy.StartPlatform,
    };

    private static HermesException SomethingElse(PlatformAddress address, Exception? cause) =>
        new($"Something answers at {address}, but it is not a Hermes platform.", cause!)
        {
            Remedy = Remedy.NamePlatform,
        };
}
