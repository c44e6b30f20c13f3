using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Microsoft.AspNetCore.Http.Features;

namespace Hermes.Silo.Http;

/// <summary>Blobs over HTTP, for whoever holds a ticket.</summary>
internal static class BlobEndpoints
{
    private const string Route = "/blobs/{sha256}";
    private const string Bytes = "application/octet-stream";

    public static void MapBlobs(this IEndpointRouteBuilder routes)
    {
        routes.MapPut(Route, PutAsync);
        routes.MapGet(Route, Get);
    }

    private static async Task<IResult> PutAsync(
        string sha256, long length, long expires, string signature, HttpRequest request, IBlobStore store, BlobTickets tickets)
    {
        if (tickets.Refusal("PUT", sha256, length, expires, signature) is { } refusal)
        {
            return Refuse(StatusCodes.Status403Forbidden, refusal);
        }

        if (request.ContentLength is { } announced && announced != length)
        {
            return Refuse(StatusCodes.Status400BadRequest, $"The ticket is for {length} bytes; {announced} were announced.");
        }

        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = length;
        var blob = new BlobRef(store.Site, sha256, length, Bytes);
        try
        {
            await store.PutStreamAsync(blob, request.Body, request.HttpContext.RequestAborted);
            return Results.StatusCode(StatusCodes.Status201Created);
        }
        catch (HermesException refused)
        {
            return Refuse(DiskFull.Is(refused) ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status400BadRequest, refused.Message, refused.Hint);
        }
        catch (BadHttpRequestException tooLong)
        {
            return Refuse(tooLong.StatusCode, tooLong.Message);
        }
    }

    private static IResult Get(string sha256, long length, long expires, string signature, IBlobStore store, BlobTickets tickets)
    {
        if (tickets.Refusal("GET", sha256, length, expires, signature) is { } refusal)
        {
            return Refuse(StatusCodes.Status403Forbidden, refusal);
        }

        return store.TryGetLocalPath(new BlobRef(store.Site, sha256, length, Bytes)) is { } path
            ? Results.File(path, Bytes, enableRangeProcessing: true)
            : Refuse(StatusCodes.Status404NotFound, $"Blob {sha256} is not in the store of site {store.Site}.");
    }

    private static IResult Refuse(int status, string error, string? hint = null) => Results.Json(new { error, hint }, statusCode: status);
}
