using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>
/// Keeps bytes under their digest: written once, verified, never changed. A seam: files on one machine, object storage in a cluster. Whoever asks a
/// store that does not answer is refused with a <see cref="HermesException"/> that <see cref="HermesException.IsPassing"/>.
/// </summary>
public interface IBlobStore
{
    /// <summary>How long what <see cref="FetchAsync"/> returned stays since it was last asked for: longer than it takes to open it.</summary>
    static TimeSpan Stays { get; } = TimeSpan.FromHours(1);

    /// <summary>A file that is written to be renamed when it is whole, and that nothing was written to for as long, was given up by whoever began it.</summary>
    static TimeSpan Abandoned { get; } = TimeSpan.FromDays(1);

    /// <summary>The site whose blobs these are.</summary>
    string Site { get; }

    /// <summary>Where they lie; no secret.</summary>
    string Place { get; }

    /// <summary>Says whose blobs these are, unless that is said already.</summary>
    /// <param name="platform">The platform that claims them.</param>
    /// <param name="takeOver">Whether it gets them though another has them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The platform that has them now.</returns>
    Task<string> ClaimAsync(string platform, bool takeOver = false, CancellationToken cancellationToken = default);

    /// <summary>The platform that has these blobs; null when nobody claimed them.</summary>
    /// <exception cref="HermesException">The store does not answer.</exception>
    Task<string?> OwnerAsync(CancellationToken cancellationToken = default);

    /// <summary>Whether there is a folder or container, which <see cref="PrepareAsync"/> makes.</summary>
    /// <exception cref="HermesException">The store does not answer.</exception>
    Task<bool> IsMadeAsync(CancellationToken cancellationToken = default);

    /// <summary>Makes the store ready, and clears what an earlier life left. Only for the silo at its start, when nobody is writing on its machine.</summary>
    /// <param name="isShared">Whether other machines may be writing: what is young is left to them then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HermesException">The store cannot be used.</exception>
    Task PrepareAsync(bool isShared = false, CancellationToken cancellationToken = default);

    /// <summary>Stores <paramref name="content"/>, which must have exactly the length and digest of <paramref name="expected"/>. Storing twice is one blob, renewed.</summary>
    /// <exception cref="HermesException">The bytes differ from what was announced, or the store is full; nothing is kept.</exception>
    Task PutStreamAsync(BlobRef expected, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Opens a blob to be read from any place; its bytes are not compared with its digest.</summary>
    /// <exception cref="HermesException">The store does not hold it in full length.</exception>
    Task<Stream> OpenAsync(BlobRef blob, CancellationToken cancellationToken = default);

    /// <summary>Reads a part of a blob, which is not compared with its digest.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="count">How many; the blob must have them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HermesException">The store does not hold it in full length.</exception>
    Task<byte[]> ReadRangeAsync(BlobRef blob, long from, int count, CancellationToken cancellationToken = default);

    /// <summary>Reads all of a blob and checks its digest before any byte is used.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="limit">Larger blobs are refused, before memory is taken.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HermesException">The store does not hold it, it is larger than the limit, or its bytes were damaged.</exception>
    Task<byte[]> ReadVerifiedAsync(BlobRef blob, int limit = 256 << 20, CancellationToken cancellationToken = default);

    /// <summary>Reads all of a blob and compares it with its digest.</summary>
    /// <exception cref="HermesException">The store does not hold it, or its bytes were damaged.</exception>
    Task VerifyAsync(BlobRef blob, CancellationToken cancellationToken = default);

    /// <summary>
    /// A local file with the verified bytes of a blob, to be read only. It stays for <see cref="Stays"/> at least, unless it is <see cref="LetGo"/>; who opened it can read on.
    /// </summary>
    /// <exception cref="HermesException">The store does not hold it, its bytes were damaged, or there is no room for a copy.</exception>
    Task<string> FetchAsync(BlobRef blob, CancellationToken cancellationToken = default);

    /// <summary>Who fetched it has read it: where it is a copy, it may give way from now on.</summary>
    void LetGo(BlobRef blob);

    /// <summary>Whether the store holds the blob in full length.</summary>
    Task<bool> ExistsAsync(BlobRef blob, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="ExistsAsync"/>, and when it does, its time of grace begins anew: somebody is about to refer to it.</summary>
    Task<bool> RenewAsync(BlobRef blob, CancellationToken cancellationToken = default);

    /// <summary>Why nothing can be stored now, and what to do; null when all is well as far as is known.</summary>
    Task<Failure?> TroubleAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes a blob; removing what is not there is no error.</summary>
    Task DeleteAsync(BlobRef blob, CancellationToken cancellationToken = default);

    /// <summary>What the store holds, in the order of digests.</summary>
    /// <param name="prefix">Only digests that begin so.</param>
    /// <param name="afterSha256">Only what comes after this digest; null from the start.</param>
    /// <param name="cancellationToken">Stops listing.</param>
    IAsyncEnumerable<StoredBlob> ListAsync(string prefix = "", string? afterSha256 = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a blob that was not put or renewed since <paramref name="before"/>.</summary>
    /// <returns>Whether it was removed.</returns>
    Task<bool> CollectAsync(StoredBlob blob, DateTimeOffset before, CancellationToken cancellationToken = default);
}
