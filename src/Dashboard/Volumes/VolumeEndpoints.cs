using System.Net.Mime;
using Hermes.Client;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Previews;
using Hermes.Grains.Interfaces.Segmentations;
using Microsoft.Net.Http.Headers;

namespace Hermes.Dashboard.Volumes;

/// <summary>
/// Volumes and pictures of them, handed through from the platform as they are stored, whole or in parts. Only what a case of a dataset, an answer or a run names as its
/// own is found: no other blob has an address.
/// </summary>
internal static class VolumeEndpoints
{
    // What an address means never changes, but a dataset may be withdrawn: a browser asks whether it is still there.
    private const string Keep = "private, immutable";

    // Whoever asked a question wrote what its image is. A browser takes none of these for a page or a script; whatever else it might take it for, it is bytes.
    private static readonly string[] Harmless = [MediaTypes.NiftiGz, MediaTypes.Nifti, MediaTypes.Png];

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapVolumes(this IEndpointRouteBuilder routes)
    {
        var volumes = routes.MapGroup(VolumeAddress.Root);
        volumes.MapMethods("/case/{site}/{dataset}/{version:int:min(1)}/{caseId}/{file}", Methods, CaseAsync);
        volumes.MapMethods("/segmentation/{key}/{file}", Methods, SegmentationAsync);
        volumes.MapMethods("/run/{run}/{step:int:min(0)}.png", Methods, SamplesAsync);
    }

    private static Task<IResult> CaseAsync(string site, string dataset, int version, string caseId, string file, PlatformLink link, HttpContext context) =>
        Names.IsValid(site) && Names.IsValid(dataset)
            ? AnswerAsync(link, context, async (client, token) =>
                VolumeOf((await client.Datasets.FindCaseAsync(Names.DatasetKey(site, dataset), version, caseId, token))?.Record.Facts, file))
            : Task.FromResult(Results.NotFound());

    private static Task<IResult> SegmentationAsync(string key, string file, PlatformLink link, HttpContext context) => Identity.IsWellFormed(key)
        ? AnswerAsync(link, context, async (client, token) => VolumeOf(await client.Segmentations.GetAsync(key, token), file))
        : Task.FromResult(Results.NotFound());

    private static Task<IResult> SamplesAsync(string run, int step, PlatformLink link, HttpContext context) => Names.IsValid(run)
        ? AnswerAsync(link, context, async (client, token) => (await client.Runs.GetAsync(run, token)).Samples.FirstOrDefault(s => s.Step == step)?.Picture)
        : Task.FromResult(Results.NotFound());

    private static BlobRef? VolumeOf(CaseFacts? facts, string file) => file switch
    {
        VolumeAddress.Label => facts?.Label,
        VolumeAddress.Image => facts?.Image,
        _ => VolumeOf(facts?.Preview, file),
    };

    private static BlobRef? VolumeOf(SegmentationStatus asked, string file) => file switch
    {
        VolumeAddress.Label => asked.Result?.LabelMap,
        VolumeAddress.Image => asked.Request?.Image,
        VolumeAddress.Reference => asked.Request?.Reference,
        _ => VolumeOf(asked.Result?.Preview, file),
    };

    private static BlobRef? VolumeOf(Preview? preview, string file) => file switch
    {
        VolumeAddress.Thumbnail => preview?.Thumbnail,
        VolumeAddress.SmallImage => preview?.Image,
        VolumeAddress.SmallLabel => preview?.Label,
        _ => null,
    };

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
            context.Response.Headers.ContentSecurityPolicy = "sandbox";
            var mediaType = Harmless.Contains(blob.MediaType) ? blob.MediaType : MediaTypeNames.Application.Octet;
            return Results.Stream(content, mediaType, entityTag: new EntityTagHeaderValue($"\"{blob.Sha256}\""), enableRangeProcessing: true);
        }
        catch (HermesException absent) when (absent.Remedy == Remedy.ListRuns)
        {
            return Results.NotFound();
        }
        catch (Exception away) when (away is HermesException or PlatformAbsentException)
        {
            return Results.Text(away.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
