using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>Keeps bytes under their digest: written once, verified, never changed. A seam: files here, object storage in a cluster.</summary>
public interface IBlobStore
{
    /// <summary>The site whose blobs these are.</summary>
    string Site { get; }

    /// <summary>Stores <paramref name="content"/>, which must have exactly the length and digest of <paramref name="expected"/>. Storing twice is one blob, renewed.</summary>
    /// <exception cref="HermesException">The bytes differ from what was announced, or the store is full; nothing is kept.</exception>
    Task PutStreamAsync(BlobRef expected, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Stores a copy of the file at <paramref name="path"/>.</summary>
    /// <exception cref="HermesException">The bytes differ from what was announced, or the store is full; nothing is kept.</exception>
    Task PutFileAsync(BlobRef expected, string path, CancellationToken cancellationToken = default);

    /// <summary>Reads all of a blob and checks its digest before any byte is used.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="limit">Larger blobs are refused, before memory is taken.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HermesException">The store does not hold it, it is larger than the limit, or its bytes were damaged.</exception>
    Task<byte[]> ReadVerifiedAsync(BlobRef blob, int limit = 256 << 20, CancellationToken cancellationToken = default);

    /// <summary>Reads all of a blob and compares it with its digest.</summary>
    /// <exception cref="HermesException">The store does not hold it, or its bytes were damaged.</exception>
    Task VerifyAsync(BlobRef blob, CancellationToken cancellationToken = default);

    /// <summary>Where the blob lies as a local file, for memory mapping; null when it is not here or not a file.</summary>
    string? TryGetLocalPath(BlobRef blob);

    /// <summary>Whether the store holds the blob in full length.</summary>
    Task<bool> ExistsAsync(BlobRef blob, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="ExistsAsync"/>, and when it does, its time of grace begins anew: somebody is about to refer to it.</summary>
    Task<bool> RenewAsync(BlobRef blob, CancellationToken cancellationToken = default);

    /// <summary>Why nothing can be stored now, and what to do; null when all is well.</summary>
    Failure? Trouble();

    /// <summary>Removes a blob; removing what is not there is no error.</summary>
    Task DeleteAsync(BlobRef blob, CancellationToken cancellationToken = default);

    /// <summary>What the store holds, in the order of digests.</summary>
    /// <param name="afterSha256">Only what comes after this digest; null from the start.</param>
    IEnumerable<StoredBlob> List(string? afterSha256 = null);

    /// <summary>Removes a blob that was not put or renewed since <paramref name="before"/>.</summary>
    /// <returns>Whether it was removed.</returns>
    bool Collect(StoredBlob blob, DateTimeOffset before);
}
