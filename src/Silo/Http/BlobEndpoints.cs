using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Silo.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Hermes.Silo.Http;

/// <summary>
/// Blobs over HTTP, for whoever holds a ticket. A PUT with <c>Content-Range: bytes */LENGTH</c> asks how much of an upload that broke off is here; one
/// with <c>Content-Range: bytes FROM-LAST/LENGTH</c> brings the rest.
/// </summary>
internal static class BlobEndpoints
{
    private const string Route = "/blobs/{sha256}";
    private const string Bytes = "application/octet-stream";

    public static void MapBlobs(this IEndpointRouteBuilder routes)
    {
        routes.MapPut(Route, PutAsync);
        routes.MapGet(Route, GetAsync);
    }

    private static async Task<IResult> PutAsync(
        string sha256, long length, long expires, string signature, HttpRequest request, IBlobStore store, BlobTickets tickets, UploadParts parts, SiloMetrics metrics)
    {
        if (tickets.Refusal("PUT", sha256, length, expires, signature) is { } refusal)
        {
            return Refuse(StatusCodes.Status403Forbidden, refusal);
        }

        var blob = new BlobRef(store.Site, sha256, length, Bytes);
        var range = request.GetTypedHeaders().ContentRange;
        if (range is { HasRange: false })
        {
            return Results.Json(new { received = parts.Length(blob) });
        }

        var from = range?.From ?? 0;
        if (request.ContentLength is { } announced && announced != length - from)
        {
            return Refuse(StatusCodes.Status400BadRequest, $"The ticket is for {length} bytes; {from + announced} were announced.");
        }

        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = length;
        await using var content = parts.TryOpen(blob, from, request.Body);
        if (content is null)
        {
            return Refuse(StatusCodes.Status409Conflict, $"Of blob {sha256}, {parts.Length(blob)} bytes are here, or another upload of it is under way.");
        }

        try
        {
            await store.PutStreamAsync(blob, content, request.HttpContext.RequestAborted);
            parts.Remove(blob);
            metrics.Received(length - from);
            return Results.StatusCode(StatusCodes.Status201Created);
        }
        catch (HermesException refused)
        {
            if (!refused.IsPassing)
            {
                parts.Remove(blob);
            }

            return Refuse(refused, StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException tooLong)
        {
            return Refuse(tooLong.StatusCode, tooLong.Message);
        }
    }

    private static async Task<IResult> GetAsync(
        string sha256,
        long length,
        long expires,
        string signature,
        IBlobStore store,
        BlobTickets tickets,
        SiloMetrics metrics,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        if (tickets.Refusal("GET", sha256, length, expires, signature) is { } refusal)
        {
            return Refuse(StatusCodes.Status403Forbidden, refusal);
        }

        try
        {
            var stored = await store.OpenAsync(new BlobRef(store.Site, sha256, length, Bytes), cancellationToken);
            response.OnCompleted(() =>
            {
                metrics.Sent(response.ContentLength ?? 0);
                return Task.CompletedTask;
            });
            return Results.Stream(stored, Bytes, entityTag: new EntityTagHeaderValue($"\"{sha256}\""), enableRangeProcessing: true);
        }
        catch (HermesException refused)
        {
            return Refuse(refused, StatusCodes.Status404NotFound);
        }
    }

    private static IResult Refuse(HermesException refused, int otherwise) => Refuse(
        DiskFull.Is(refused) ? StatusCodes.Status507InsufficientStorage : refused.IsPassing ? StatusCodes.Status503ServiceUnavailable : otherwise,
        refused.Message,
        refused.Hint);

    private static IResult Refuse(int status, string error, string? hint = null) => Results.Json(new { error, hint }, statusCode: status);
}
