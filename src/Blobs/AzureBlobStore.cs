using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>Blobs in a container of Azure Blob Storage, <c>sha256/abcdef…</c>. Silos and workers of all machines use it directly.</summary>
public sealed class AzureBlobStore : IBlobStore
{
    /// <summary>What is sent at once and held in memory; what is not longer is sent whole.</summary>
    internal const int BlockSize = 8 << 20;

    private const string Folder = "sha256/";

    private const string Owner = "platform";

    // When a blob was put or renewed: the container's own time has no fractions of seconds.
    private const string PutTime = "put";

    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(3);

    private static readonly UploadTransferValidationOptions Compared = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 };

    private readonly BlobContainerClient _container;
    private readonly AzureAnswers _answers;
    private readonly LocalCopies _copies;
    private readonly TimeProvider _clock;

    /// <summary>Opens the store in <paramref name="container"/>; asks it nothing yet.</summary>
    /// <param name="container">The container of all blobs.</param>
    /// <param name="copies">The folder for local copies; it may be deleted at any time.</param>
    /// <param name="site">The site whose blobs these are.</param>
    /// <param name="copiesLimit">How many bytes the copies may take.</param>
    /// <param name="clock">The time of what is put or renewed; the system's when null.</param>
    public AzureBlobStore(BlobContainerClient container, string copies, string site = Names.DefaultSite, long copiesLimit = 64L << 30, TimeProvider? clock = null)
    {
        Site = site;
        _container = container;
        _answers = new AzureAnswers(container);
        _clock = clock ?? TimeProvider.System;
        _copies = new LocalCopies(copies, copiesLimit, _clock);
    }

    /// <inheritdoc/>
    public string Site { get; }

    /// <inheritdoc/>
    public string Place => _answers.Place;

    /// <inheritdoc/>
    public async Task<string> ClaimAsync(string platform, bool takeOver = false, CancellationToken cancellationToken = default)
    {
        await PrepareAsync(cancellationToken: cancellationToken);
        var owner = _container.GetBlobClient(Owner);
        try
        {
            var conditions = takeOver ? null : new BlobRequestConditions { IfNoneMatch = ETag.All };
            await _answers.OfAsync(
                () => owner.UploadAsync(BinaryData.FromString(platform), new BlobUploadOptions { Conditions = conditions }, cancellationToken), cancellationToken);
        }
        catch (RequestFailedException other) when (other.Status is 409 or 412)
        {
            // It is said already.
        }

        return (await OwnerAsync(cancellationToken))!;
    }

    /// <inheritdoc/>
    public async Task<string?> OwnerAsync(CancellationToken cancellationToken = default)
    {
        if (!await IsMadeAsync(cancellationToken))
        {
            return null;
        }

        try
        {
            return (await _answers.OfAsync(() => _container.GetBlobClient(Owner).DownloadContentAsync(cancellationToken), cancellationToken)).Value.Content.ToString().Trim();
        }
        catch (RequestFailedException nobody) when (nobody.Status == 404)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> IsMadeAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await ProbeAsync(cancellationToken);
            return true;
        }
        catch (HermesException) when (_answers.LacksContainer)
        {
            return false;
        }
    }

    /// <summary>Makes the container if it is missing.</summary>
    public async Task PrepareAsync(bool isShared = false, CancellationToken cancellationToken = default)
    {
        if (!await IsMadeAsync(cancellationToken))
        {
            await _answers.OfAsync(() => _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task PutStreamAsync(BlobRef expected, Stream content, CancellationToken cancellationToken = default)
    {
        var blob = Client(expected);
        // What comes may be what mends a damaged one.
        if (await IsStoredAsync(expected, cancellationToken))
        {
            return;
        }

        var damaged = await PropertiesAsync(blob, cancellationToken);
        var conditions = damaged is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = damaged.ETag };
        try
        {
            await (expected.Length <= BlockSize
                ? PutWholeAsync(blob, expected, content, conditions, cancellationToken)
                : PutBlocksAsync(blob, expected, content, conditions, cancellationToken));
        }
        catch (RequestFailedException other) when (other.Status is 409 or 412 || other.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            // Somebody else put it meanwhile.
            if (!await IsStoredAsync(expected, cancellationToken))
            {
                throw new HermesException($"Blob {expected.Sha256} was put and removed by others while it came ({other.ErrorCode}).", hint: "Send it again.");
            }
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(BlobRef blob, CancellationToken cancellationToken = default)
    {
        var client = Client(blob);
        try
        {
            // A renewal is no change of what is read.
            var options = new BlobOpenReadOptions(allowModifications: true) { BufferSize = (int)Math.Clamp(blob.Length, 1, BlockSize) };
            var stored = await _answers.OfAsync(() => client.OpenReadAsync(options, cancellationToken), cancellationToken);
            BlobFailures.RequireLength(blob, stored.Length);
            return stored;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            throw BlobFailures.Missing(blob, Site);
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]> ReadRangeAsync(BlobRef blob, long from, int count, CancellationToken cancellationToken = default)
    {
        await using var stored = await OpenAsync(blob, cancellationToken);
        return await _answers.OfAsync(() => stored.ReadRangeAsync(from, count, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<byte[]> ReadVerifiedAsync(BlobRef blob, int limit = 256 << 20, CancellationToken cancellationToken = default)
    {
        BlobFailures.RequireAtMost(limit, blob);
        await using var stored = await OpenAsync(blob, cancellationToken);
        return await _answers.OfAsync(() => stored.ReadAllAsync(blob, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task VerifyAsync(BlobRef blob, CancellationToken cancellationToken = default)
    {
        await using var stored = await OpenAsync(blob, cancellationToken);
        await _answers.OfAsync(() => stored.RequireIntactAsync(blob, cancellationToken), cancellationToken);
    }

    /// <summary>A copy below the folder of copies, made when it is first asked for.</summary>
    public Task<string> FetchAsync(BlobRef blob, CancellationToken cancellationToken = default)
    {
        BlobFailures.RequireWellFormed(blob);
        return _answers.OfAsync(() => _copies.GetAsync(blob, () => OpenAsync(blob, cancellationToken), cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public void LetGo(BlobRef blob) => _copies.LetGo(blob);

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(BlobRef blob, CancellationToken cancellationToken = default) =>
        await PropertiesAsync(Client(blob), cancellationToken) is { } stored && stored.ContentLength == blob.Length;

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(BlobRef blob, CancellationToken cancellationToken = default)
    {
        if (!await ExistsAsync(blob, cancellationToken))
        {
            return false;
        }

        try
        {
            // It changes the tag, so that a removal that looked before does not take place.
            await _answers.OfAsync(() => Client(blob).SetMetadataAsync(Now(), cancellationToken: cancellationToken), cancellationToken);
            return true;
        }
        catch (RequestFailedException collected) when (collected.Status == 404)
        {
            return false;
        }
    }

    /// <summary>What the last request met with, asked again if it met with trouble.</summary>
    public async Task<Failure?> TroubleAsync(CancellationToken cancellationToken = default)
    {
        if (_answers.Trouble is not null)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(ProbePatience);
            try
            {
                await ProbeAsync(patience.Token);
            }
            catch (Exception still) when (still is HermesException { IsPassing: true } || (still is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // It is told below.
            }
        }

        return _answers.Trouble;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(BlobRef blob, CancellationToken cancellationToken = default) =>
        _answers.OfAsync(() => Client(blob).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredBlob> ListAsync(
        string prefix = "", string? afterSha256 = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Not every server looks at where the list is to start.
        var options = new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = Folder + prefix, StartFrom = afterSha256 is null ? null : Folder + afterSha256 };
        await using var items = _container.GetBlobsAsync(options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await _answers.OfAsync(() => items.MoveNextAsync().AsTask(), cancellationToken))
        {
            var sha256 = items.Current.Name[Folder.Length..];
            if (string.CompareOrdinal(sha256, afterSha256) > 0)
            {
                var stored = items.Current.Properties;
                yield return new StoredBlob(sha256, stored.ContentLength ?? 0, Put(stored.LastModified, items.Current.Metadata));
            }
        }
    }

    /// <inheritdoc/>
    public async Task<bool> CollectAsync(StoredBlob blob, DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        var client = _container.GetBlockBlobClient(Folder + blob.Sha256);
        if (await PropertiesAsync(client, cancellationToken) is not { } stored || Put(stored.LastModified, stored.Metadata) >= before)
        {
            return false;
        }

        try
        {
            var asSeen = new BlobRequestConditions { IfMatch = stored.ETag };
            return await _answers.OfAsync(() => client.DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, asSeen, cancellationToken), cancellationToken);
        }
        catch (RequestFailedException renewed) when (renewed.Status == 412)
        {
            return false;
        }
    }

    private static DateTimeOffset Put(DateTimeOffset? modified, IDictionary<string, string>? metadata)
    {
        var told = metadata?.TryGetValue(PutTime, out var text) == true && DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : DateTimeOffset.MinValue;
        return modified > told ? modified.Value : told;
    }

    // A block is named by its place and its own digest: the same bytes are found again, and other bytes for the same blob never come between.
    private static string BlockId(int place, ReadOnlySpan<byte> bytes)
    {
        Span<byte> name = stackalloc byte[sizeof(int) + SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32BigEndian(name, place);
        SHA256.HashData(bytes, name[sizeof(int)..]);
        return Convert.ToBase64String(name);
    }

    private async Task PutWholeAsync(BlockBlobClient blob, BlobRef expected, Stream content, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        using var announced = new AnnouncedBytes(expected);
        var bytes = new byte[expected.Length + 1];
        var length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        announced.Append(bytes.AsSpan(0, length));
        announced.RequireAll();
        var options = new BlobUploadOptions { Conditions = conditions, Metadata = Now(), TransferValidation = Compared };
        await _answers.OfAsync(() => blob.UploadAsync(new MemoryStream(bytes, 0, length), options, cancellationToken), cancellationToken);
    }

    // Blocks that an upload left behind when it broke off are not sent again; those that nobody comes back for the service drops after a week.
    private async Task PutBlocksAsync(BlockBlobClient blob, BlobRef expected, Stream content, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        using var announced = new AnnouncedBytes(expected);
        var there = await BlocksAsync(blob, cancellationToken);
        var blocks = new List<string>();
        var bytes = new byte[BlockSize];
        int length;
        while ((length = await content.ReadAtLeastAsync(bytes, BlockSize, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            announced.Append(bytes.AsSpan(0, length));
            var block = BlockId(blocks.Count, bytes.AsSpan(0, length));
            if (!there.Contains(block))
            {
                var options = new BlockBlobStageBlockOptions { TransferValidation = Compared };
                await _answers.OfAsync(() => blob.StageBlockAsync(block, new MemoryStream(bytes, 0, length), options, cancellationToken), cancellationToken);
            }

            blocks.Add(block);
        }

        announced.RequireAll();
        var commit = new CommitBlockListOptions { Conditions = conditions, Metadata = Now() };
        await _answers.OfAsync(() => blob.CommitBlockListAsync(blocks, commit, cancellationToken), cancellationToken);
    }

    private async Task<HashSet<string>> BlocksAsync(BlockBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var list = await _answers.OfAsync(() => blob.GetBlockListAsync(BlockListTypes.Uncommitted, cancellationToken: cancellationToken), cancellationToken);
            return list.Value.UncommittedBlocks.Select(b => b.Name).ToHashSet(StringComparer.Ordinal);
        }
        catch (RequestFailedException none) when (none.Status == 404)
        {
            return [];
        }
    }

    private async Task<bool> IsStoredAsync(BlobRef blob, CancellationToken cancellationToken) =>
        await this.IsIntactAsync(blob, cancellationToken) && await RenewAsync(blob, cancellationToken);

    private async Task<BlobProperties?> PropertiesAsync(BlockBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            return await _answers.OfAsync(() => blob.GetPropertiesAsync(cancellationToken: cancellationToken), cancellationToken);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    // What every key of a container may do, unlike asking for the container itself.
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await using var pages = _container.GetBlobsAsync(new GetBlobsOptions(), cancellationToken).AsPages(pageSizeHint: 1).GetAsyncEnumerator(cancellationToken);
        await _answers.OfAsync(() => pages.MoveNextAsync().AsTask(), cancellationToken);
    }

    private Dictionary<string, string> Now() => new() { [PutTime] = _clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) };

    private BlockBlobClient Client(BlobRef blob)
    {
        BlobFailures.RequireWellFormed(blob);
        return _container.GetBlockBlobClient(Folder + blob.Sha256);
    }
}
