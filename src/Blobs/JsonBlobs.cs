using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Blobs;

/// <summary>Pages and orders as JSON blobs, written as <see cref="WorkOrderJson"/> says.</summary>
public static class JsonBlobs
{
    /// <summary>Stores <paramref name="value"/> as one JSON document. Equal values give equal references.</summary>
    public static async Task<BlobRef> PutJsonAsync<T>(this IBlobStore store, T value, CancellationToken cancellationToken = default)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, WorkOrderJson.Options);
        var blob = BlobDigest.Of(bytes, store.Site, MediaTypes.Json);
        await store.PutStreamAsync(blob, new MemoryStream(bytes, writable: false), cancellationToken);
        return blob;
    }

    /// <summary>Reads a JSON document after its digest was checked.</summary>
    /// <exception cref="HermesException">The blob is missing, damaged or does not hold a <typeparamref name="T"/>.</exception>
    public static async Task<T> GetJsonAsync<T>(this IBlobStore store, BlobRef blob, CancellationToken cancellationToken = default)
    {
        var bytes = await store.ReadVerifiedAsync(blob, cancellationToken: cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, WorkOrderJson.Options)
                ?? throw new HermesException($"Blob {blob.Sha256} holds null; a {typeof(T).Name} was expected.");
        }
        catch (JsonException unreadable)
        {
            throw new HermesException($"Blob {blob.Sha256} does not hold a {typeof(T).Name}: {unreadable.Message}", unreadable);
        }
    }
}
