using Azure.Storage.Blobs;
using Hermes.Grains.Interfaces;

namespace Hermes.Blobs;

/// <summary>The store that a program was told of.</summary>
public static class BlobStores
{
    private const string Container = "hermes";

    // Of one request, of which several are tried.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Opens it; nothing is asked or changed yet.</summary>
    /// <param name="dataDirectory">The data directory of this machine: holds copies of blobs that are elsewhere.</param>
    /// <param name="blobsDirectory">The folder of the blobs when they are files.</param>
    /// <param name="address">A connection string of a storage account, or the address of a container with its signature; null for files.</param>
    /// <param name="site">The site whose blobs these are.</param>
    /// <exception cref="HermesException">It is no such address, or one in clear text to another machine. What it holds is not told.</exception>
    public static IBlobStore Open(string dataDirectory, string blobsDirectory, string? address, string site = Names.DefaultSite) => address is null
        ? FileBlobStore.At(blobsDirectory, site)
        : new AzureBlobStore(Client(address), Path.Combine(dataDirectory, "cache", "blobs"), site);

    private static BlobContainerClient Client(string address)
    {
        var options = new BlobClientOptions();
        options.Retry.NetworkTimeout = Patience;
        options.Diagnostics.IsTelemetryEnabled = false;
        try
        {
            var client = address.StartsWith("http", StringComparison.OrdinalIgnoreCase)
                ? new BlobContainerClient(new Uri(address), options)
                : new BlobContainerClient(address, Container, options);
            return client.Name.Length == 0 ? throw new FormatException() : client.Uri.Scheme == Uri.UriSchemeHttps || client.Uri.IsLoopback ? client : throw new HermesException(
                $"The blob store at {client.Uri.Host} is on another machine, and its address does not demand TLS.",
                hint: "Write https:// in its address, or DefaultEndpointsProtocol=https in its connection string.");
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or IndexOutOfRangeException)
        {
            throw new HermesException("What was given is no address of Azure Blob Storage.", hint: "It is a connection string of a storage account, or the address of a container with its signature.");
        }
    }
}
