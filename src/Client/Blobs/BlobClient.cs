using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Client.Blobs;

/// <summary>Moves files between the user's disk and the platform: hashed first, sent only when the platform lacks them, verified when fetched.</summary>
public sealed class BlobClient
{
    /// <summary>How often a platform that answers with an error is asked again.</summary>
    private const int AnsweredTries = 4;

    /// <summary>Files that are sent beside each other.</summary>
    private const int FilesAtOnce = 8;

    /// <summary>A file of this size or more is not sent from the beginning again when it breaks off.</summary>
    private const long ResumedFrom = 8 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly PlatformConnection _connection;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    internal BlobClient(PlatformConnection connection, HttpClient http, TimeProvider time)
    {
        _connection = connection;
        _http = http;
        _time = time;
    }

    /// <summary>Names a file by its content without sending it.</summary>
    /// <param name="file">The user's file.</param>
    /// <param name="mediaType">What it is; chosen by the file's ending when null.</param>
    /// <param name="progress">Told how far hashing is.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="HermesException">The file cannot be read.</exception>
    public async Task<BlobRef> HashAsync(
        string file, string? mediaType = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await using var stream = UserFile.OpenRead(file);
        var total = stream.Length;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long done = 0;
        await foreach (var piece in ReadAsync(stream, file, cancellationToken).ConfigureAwait(false))
        {
            digest.AppendData(piece.Span);
            done += piece.Length;
            progress?.Report(new TransferProgress(file, TransferStage.Hash, done, total));
        }

        return new BlobRef(_connection.Platform.Site, Convert.ToHexStringLower(digest.GetHashAndReset()), done, mediaType ?? MediaTypeOf(file));
    }

    /// <summary>Sends a file, unless the platform has its bytes.</summary>
    /// <param name="file">The user's file.</param>
    /// <param name="blob">Its name, from <see cref="HashAsync"/>.</param>
    /// <param name="progress">Told how far the upload is.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <exception cref="HermesException">The file changed since it was hashed, or the platform refused it.</exception>
    public async Task UploadAsync(string file, BlobRef blob, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(blob);
        await UploadAsync([(file, blob)], progress, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends files, unless the platform has their bytes. Of a small file the waiting is nearly all, so files wait beside each other.</summary>
    /// <param name="files">The user's files and their names.</param>
    /// <param name="progress">Told how far each is, from several threads.</param>
    /// <param name="sent">Told of every file that is on the platform, from several threads.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <exception cref="HermesException">A file changed since it was hashed, or the platform refused it.</exception>
    internal async Task UploadAsync(
        IEnumerable<(string File, BlobRef Blob)> files, IProgress<TransferProgress>? progress, Action<string>? sent, CancellationToken cancellationToken)
    {
        foreach (var chunk in files.Chunk(IBlobTicketGrain.MostAtOnce))
        {
            var tickets = await TicketsAsync([.. chunk.Select(c => c.Blob)], cancellationToken).ConfigureAwait(false);
            await Parallel.ForEachAsync(
                chunk.Zip(tickets),
                new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken },
                async (item, token) =>
                {
                    await UploadAsync(item.First.File, item.Second, progress, token).ConfigureAwait(false);
                    sent?.Invoke(item.First.File);
                }).ConfigureAwait(false);
        }
    }

    private async Task UploadAsync(string file, BlobTicket first, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        // A ticket may have become old while the files before were sent.
        var ticket = first.AlreadyStored || first.Expires > _time.GetUtcNow() ? first : null;
        await RepeatAsync(
            file,
            async token =>
            {
                var now = ticket ?? (await TicketsAsync([first.Blob], token).ConfigureAwait(false))[0];
                ticket = null;
                if (!now.AlreadyStored)
                {
                    await SendAsync(file, now, progress, token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        progress?.Report(new TransferProgress(file, TransferStage.Upload, first.Blob.Length, first.Blob.Length));
    }

    /// <summary>Hashes a file and sends it, unless the platform has its bytes.</summary>
    /// <returns>The file's name on the platform.</returns>
    /// <exception cref="HermesException">The file cannot be read, or the platform refused it.</exception>
    public async Task<BlobRef> UploadAsync(string file, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var blob = await HashAsync(file, null, progress, cancellationToken).ConfigureAwait(false);
        await UploadAsync(file, blob, progress, cancellationToken).ConfigureAwait(false);
        return blob;
    }

    /// <summary>Fetches a blob into a file: written beside, verified, then renamed, so that there is never half a file.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="file">The file to make.</param>
    /// <param name="progress">Told how far the download is.</param>
    /// <param name="replace">Whether a file that exists is replaced; refused otherwise.</param>
    /// <param name="cancellationToken">Stops fetching; nothing is left behind.</param>
    /// <exception cref="HermesException">The platform does not hold it, its bytes are damaged, or the file cannot be written.</exception>
    public async Task DownloadAsync(BlobRef blob, string file, IProgress<TransferProgress>? progress = null, bool replace = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(blob);
        var beside = $"{file}.{Guid.NewGuid():N}.part";
        try
        {
            await RepeatAsync(
                file,
                async token =>
                {
                    var ticket = await TicketAsync(blob, token).ConfigureAwait(false);
                    await using var target = new FileStream(beside, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.Asynchronous);
                    await ReceiveAsync(ticket, target, file, progress, token).ConfigureAwait(false);
                    target.Flush(flushToDisk: true);
                },
                cancellationToken).ConfigureAwait(false);
            File.Move(beside, file, replace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw UserFile.Explain(file, e);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Fetches a small blob into memory, verified.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="limit">Larger blobs are refused, before memory is taken.</param>
    /// <param name="cancellationToken">Stops fetching.</param>
    /// <exception cref="HermesException">It is too large, the platform does not hold it, or its bytes are damaged.</exception>
    public async Task<byte[]> ReadAsync(BlobRef blob, int limit = 64 << 20, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(blob);
        if (blob.Length > limit)
        {
            throw new HermesException($"Blob {blob.Sha256} has {blob.Length} bytes; at most {limit} are read into memory.");
        }

        using var target = new MemoryStream((int)blob.Length);
        var what = $"blob {blob.Sha256}";
        await RepeatAsync(
            what,
            async token => await ReceiveAsync(await TicketAsync(blob, token).ConfigureAwait(false), target, what, null, token).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return target.ToArray();
    }

    /// <summary>Opens a blob to read from anywhere in it. It is fetched as it is read, from the first place that is read, and not compared with its digest.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HermesException">The platform does not hold it.</exception>
    public async Task<Stream> OpenReadAsync(BlobRef blob, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(blob);
        var ticket = await TicketAsync(blob, cancellationToken).ConfigureAwait(false);
        return new BlobStream(blob.Length, (from, token) => FetchAsync(ticket, from, token));
    }

    internal static string MediaTypeOf(string file) =>
        file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? MediaTypes.NiftiGz
        : MediaTypes.Nifti;

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Stream stream, string file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(UserFile.BufferSize);
        try
        {
            while (true)
            {
                int read;
                try
                {
                    read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                }
                catch (IOException e)
                {
                    throw stream is FileStream ? UserFile.Explain(file, e) : new HttpRequestException(e.Message, e);
                }

                if (read == 0)
                {
                    yield break;
                }

                yield return buffer.AsMemory(0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task SendAsync(string file, BlobTicket ticket, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var blob = ticket.Blob;
        await using var stream = UserFile.OpenRead(file);
        if (stream.Length != blob.Length)
        {
            throw Changed(file);
        }

        var from = blob.Length < ResumedFrom ? 0 : await ReceivedAsync(file, ticket, cancellationToken).ConfigureAwait(false);
        stream.Position = from;
        using var content = new StreamContent(
            new CountingStream(stream, n => progress?.Report(new TransferProgress(file, TransferStage.Upload, from + n, blob.Length))), UserFile.BufferSize);
        content.Headers.ContentLength = blob.Length - from;
        content.Headers.ContentType = new MediaTypeHeaderValue(blob.MediaType);
        content.Headers.ContentRange = from == 0 ? null : new ContentRangeHeaderValue(from, blob.Length - 1, blob.Length);
        using var answer = await _http.PutAsync(ticket.Url, content, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            throw await RefusalAsync(answer, file, "did not take", cancellationToken).ConfigureAwait(false);
        }
    }

    // How much of an upload that broke off is there. One byte at least is sent: the store answers whether all is well.
    private async Task<long> ReceivedAsync(string file, BlobTicket ticket, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent([]);
        content.Headers.ContentRange = new ContentRangeHeaderValue(ticket.Blob.Length);
        using var answer = await _http.PutAsync(ticket.Url, content, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            throw await RefusalAsync(answer, file, "did not take", cancellationToken).ConfigureAwait(false);
        }

        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        return Math.Min(document.RootElement.GetProperty("received").GetInt64(), ticket.Blob.Length - 1);
    }

    // Goes on behind what came into the target before.
    private async Task ReceiveAsync(BlobTicket ticket, Stream target, string file, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var blob = ticket.Blob;
        target.Position = 0;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var piece in ReadAsync(target, file, cancellationToken).ConfigureAwait(false))
        {
            digest.AppendData(piece.Span);
        }

        // What came before it broke off is not sent again.
        var done = target.Length;
        using var question = new HttpRequestMessage(HttpMethod.Get, ticket.Url) { Headers = { Range = done == 0 ? null : new RangeHeaderValue(done, null) } };
        using var answer = await _http.SendAsync(question, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            throw await RefusalAsync(answer, file, "did not hand out", cancellationToken).ConfigureAwait(false);
        }

        if (done > 0 && answer.StatusCode != HttpStatusCode.PartialContent)
        {
            _ = digest.GetHashAndReset();
            target.SetLength(done = 0);
        }

        await using var source = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var piece in ReadAsync(source, file, cancellationToken).ConfigureAwait(false))
        {
            done += piece.Length;
            if (done > blob.Length)
            {
                break;
            }

            digest.AppendData(piece.Span);
            await target.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            progress?.Report(new TransferProgress(file, TransferStage.Download, done, blob.Length));
        }

        if (done != blob.Length || Convert.ToHexStringLower(digest.GetHashAndReset()) != blob.Sha256)
        {
            target.SetLength(0);
            throw new HttpRequestException($"{done} bytes came that are not the {blob.Length} bytes asked for", null, HttpStatusCode.OK);
        }
    }

    private async Task<Stream> FetchAsync(BlobTicket ticket, long from, CancellationToken cancellationToken)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, ticket.Url) { Headers = { Range = from == 0 ? null : new RangeHeaderValue(from, null) } };
        var answer = await _http.SendAsync(question, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode == (from == 0 ? HttpStatusCode.OK : HttpStatusCode.PartialContent))
        {
            // Whoever closes the stream ends the answer.
            return await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        }

        using (answer)
        {
            throw await RefusalAsync(answer, $"blob {ticket.Blob.Sha256}", "did not hand out", cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<BlobTicket> TicketAsync(BlobRef blob, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => grains.GetGrain<IBlobTicketGrain>(blob.Site).DownloadAsync(blob, token), cancellationToken);

    private Task<IReadOnlyList<BlobTicket>> TicketsAsync(IReadOnlyList<BlobRef> blobs, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => grains.GetGrain<IBlobTicketGrain>(blobs[0].Site).UploadAsync(blobs, token), cancellationToken);

    /// <summary>Repeats a transfer that broke off: a silo may restart in the middle, and its tickets then end with it.</summary>
    private async Task RepeatAsync(string file, Func<CancellationToken, Task> transfer, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var answered = 0;
        while (true)
        {
            try
            {
                await transfer(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (HttpRequestException e)
            {
                answered += e.StatusCode is null ? 0 : 1;
                if (answered == AnsweredTries || _time.GetElapsedTime(start) >= PlatformConnection.RestartPatience)
                {
                    throw new HermesException($"The transfer of {file} broke off: {e.Message.TrimEnd('.')}.", e)
                    {
                        File = file,
                        Hint = "Repeat the command; what was already sent is not sent again.",
                    };
                }

                await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static HermesException Changed(string file) => new($"{file} changed while it was being sent.", file, "Repeat the command.");

    /// <summary>What the blob endpoint says when it refuses: JSON with <c>error</c> and <c>hint</c>.</summary>
    private static async Task<(string? Error, string? Hint)> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            return (Text("error"), Text("hint"));

            string? Text(string name) =>
                document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var text) ? text.ToString() : null;
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    /// <summary>A 4xx is the platform's word and final; anything else is worth a repetition.</summary>
    private static async Task<Exception> RefusalAsync(HttpResponseMessage answer, string file, string verb, CancellationToken cancellationToken)
    {
        var (error, hint) = await ReasonAsync(answer, cancellationToken).ConfigureAwait(false);
        var reason = error?.TrimEnd('.') ?? $"{(int)answer.StatusCode} {answer.ReasonPhrase}";
        var isFinal = answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.InsufficientStorage or HttpStatusCode.NotFound;
        return isFinal
            ? new HermesException($"The platform {verb} {file}: {reason}.", file, hint)
            : new HttpRequestException(reason, null, answer.StatusCode);
    }
}
