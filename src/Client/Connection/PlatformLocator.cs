using System.Net.Http.Json;
using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Client.Connection;

/// <summary>Asks an address which platform answers there.</summary>
internal sealed class PlatformLocator(PlatformAddress address, HttpClient http)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public PlatformAddress Address => address;

    /// <summary>The platform that answers now, or why none does.</summary>
    /// <exception cref="HermesException">No platform answers.</exception>
    public async Task<PlatformDescription> FindAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await http.GetFromJsonAsync<PlatformDescription>(new Uri(address.Uri, "platform"), Json, limit.Token).ConfigureAwait(false)
                ?? throw SomethingElse(null);
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            throw Nobody(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Nobody(e);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or NotSupportedException)
        {
            throw SomethingElse(e);
        }
    }

    private HermesException Nobody(Exception cause) => new($"No platform answers at {address}.", cause)
    {
        Remedy = Remedy.StartPlatform,
    };

    private HermesException SomethingElse(Exception? cause) =>
        new($"Something answers at {address}, but it is not a Hermes platform.", cause!)
        {
            Remedy = Remedy.NamePlatform,
        };
}
