using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Microsoft.AspNetCore.Http.Features;

namespace Hermes.Dashboard.Segmentations;

/// <summary>
/// Volumes from browsers, over HTTP and never over a page's connection. An upload is begun with a name and a size, sent in pieces that say where they begin, and asked
/// how much has come when a connection broke off; the last piece is answered when the platform has the whole file.
/// </summary>
internal static class UploadEndpoints
{
    /// <summary>Where an upload is begun.</summary>
    public const string Root = "/uploads";

    public static void MapUploads(this IEndpointRouteBuilder app)
    {
        var uploads = app.MapGroup(Root).AddEndpointFilter(async (context, next) =>
            PlatformActions.WhyNot(context.HttpContext.User, Role.Trainer) is { } reason ? Refuse(StatusCodes.Status403Forbidden, reason) : await next(context));
        uploads.MapPost("", Begin);
        uploads.MapGet("/{id}", (string id, Uploads all) => all.Find(id) is { } upload ? Told(upload) : Results.NotFound());
        uploads.MapPut("/{id}", TakeAsync);
        uploads.MapDelete("/{id}", (string id, Uploads all) =>
        {
            all.Remove(id);
            return Results.NoContent();
        });
    }

    private static IResult Begin(string name, long length, Uploads uploads)
    {
        try
        {
            return Told(uploads.Begin(name, length));
        }
        catch (HermesException refused)
        {
            return Refuse(refused.IsPassing ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status400BadRequest, refused.Message);
        }
    }

    private static async Task<IResult> TakeAsync(string id, long from, HttpContext context, Uploads uploads, PlatformLink link)
    {
        if (uploads.Find(id) is not { } upload)
        {
            return Results.NotFound();
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = Math.Max(upload.Length - upload.Received, 1);
        try
        {
            // The last piece may come once more, when its answer was lost.
            if (from != upload.Length && !await upload.TakeAsync(from, context.Request.Body, context.RequestAborted))
            {
                return Results.Json(new { upload.Received }, statusCode: StatusCodes.Status409Conflict);
            }

            if (upload.Received == upload.Length)
            {
                await link.AskAsync(
                    (client, token) => upload.SendAsync(client.Platform.Site, (file, blob, limit) => client.Blobs.UploadAsync(file, blob, null, limit), token),
                    context.RequestAborted);
            }

            return Told(upload);
        }
        catch (BadHttpRequestException tooLong)
        {
            return Refuse(tooLong.StatusCode, tooLong.Message);
        }
        catch (Exception refused) when (refused is HermesException or PlatformAbsentException)
        {
            var isFinal = refused is HermesException { IsPassing: false };
            if (isFinal)
            {
                uploads.Remove(id);
            }

            return Refuse(isFinal ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable, refused.Message);
        }
    }

    private static IResult Told(Upload upload) => Results.Json(new { upload.Id, upload.Received, upload.Length, isStored = upload.Blob is not null });

    private static IResult Refuse(int status, string reason) => Results.Json(new { error = reason }, statusCode: status);
}
