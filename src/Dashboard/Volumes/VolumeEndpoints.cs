using Hermes.Client;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Segmentations;
using Microsoft.Net.Http.Headers;

namespace Hermes.Dashboard.Volumes;

/// <summary>
/// Volumes for a viewer, handed through from the platform as they are stored, whole or in parts. Only what a case of a dataset or an answer names as its volume
/// is found: no other blob has an address.
/// </summary>
internal static class VolumeEndpoints
{
    // What an address means never changes, but a dataset may be withdrawn: a browser asks whether it is still there.
    private const string Keep = "private, immutable";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapVolumes(this IEndpointRouteBuilder routes)
    {
        var volumes = routes.MapGroup(VolumeAddress.Root);
        volumes.MapMethods("/case/{site}/{dataset}/{version:int:min(1)}/{caseId}/{file}", Methods, CaseAsync);
        volumes.MapMethods("/segmentation/{key}/{file}", Methods, SegmentationAsync);
    }

    private static Task<IResult> CaseAsync(string site, string dataset, int version, string caseId, string file, PlatformLink link, HttpContext context) =>
        Names.IsValid(site) && Names.IsValid(dataset) && file is VolumeAddress.Image or VolumeAddress.Label
            ? AnswerAsync(link, context, (client, token) => FindAsync(client, Names.DatasetKey(site, dataset), version, caseId, file == VolumeAddress.Label, token))
            : Task.FromResult(Results.NotFound());

    private static Task<IResult> SegmentationAsync(string key, string file, PlatformLink link, HttpContext context) => Identity.IsWellFormed(key)
        ? AnswerAsync(link, context, async (client, token) => VolumeOf(await client.Segmentations.GetAsync(key, token), file))
        : Task.FromResult(Results.NotFound());

    private static BlobRef? VolumeOf(SegmentationStatus asked, string file) => file switch
    {
        VolumeAddress.Label => asked.Result?.LabelMap,
        VolumeAddress.Image => asked.Request?.Image,
        VolumeAddress.Reference => asked.Request?.Reference,
        _ => null,
    };

    private static async Task<BlobRef?> FindAsync(HermesClient client, string key, int version, string caseId, bool isLabel, CancellationToken cancellationToken)
    {
        var facts = (await CaseSearch.FindAsync(client, key, version, caseId, cancellationToken))?.Record.Facts;
        return isLabel ? facts?.Label : facts?.Image;
    }

    private static async Task<IResult> AnswerAsync(PlatformLink link, HttpContext context, Func<HermesClient, CancellationToken, Task<BlobRef?>> find)
    {
        try
        {
            var (blob, content) = await link.AskAsync(
                async (client, token) => await find(client, token) is { } found ? (found, await client.Blobs.OpenReadAsync(found, token)) : (null, Stream.Null),
                context.RequestAborted);
            if (blob is null)
            {
                return Results.NotFound();
            }

            context.Response.Headers.CacheControl = Keep;
            return Results.Stream(content, blob.MediaType, entityTag: new EntityTagHeaderValue($"\"{blob.Sha256}\""), enableRangeProcessing: true);
        }
        catch (Exception away) when (away is HermesException or PlatformAbsentException)
        {
            return Results.Text(away.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
