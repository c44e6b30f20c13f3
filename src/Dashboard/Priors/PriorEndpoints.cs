using System.Text;
using System.Text.Json;
using Hermes.Client;
using Hermes.Client.Figures;
using Hermes.Client.Models;
using Hermes.Client.Priors;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Priors;
using Microsoft.AspNetCore.WebUtilities;

namespace Hermes.Dashboard.Priors;

/// <summary>The files that the page of priors offers.</summary>
internal static class PriorEndpoints
{
    private static readonly Dictionary<string, string> MediaTypes = new()
    {
        ["png"] = "image/png",
        ["svg"] = "image/svg+xml",
        ["csv"] = "text/csv; charset=utf-8",
        ["json"] = "application/json",
    };

    /// <summary>The kinds of file there are, by the ending of their names.</summary>
    public static IEnumerable<string> Kinds => MediaTypes.Keys;

    public static void MapPriorFiles(this IEndpointRouteBuilder app) => app.MapGet("/priors/{model}/{version}/{view}.{kind}", AnswerAsync);

    /// <summary>Where a file is.</summary>
    public static string Address(PriorSelection shown, PriorLook look, string kind) => QueryHelpers.AddQueryString(
        $"/priors/{Uri.EscapeDataString(shown.Map.Model)}/{shown.Map.Version}/{Uri.EscapeDataString(shown.View.Name)}.{kind}",
        new Dictionary<string, string?> { ["of"] = shown.Subject == PriorSubject.Tasks ? null : shown.Subject.Word(), ["places"] = look.Places, ["colour"] = look.Colour, ["lines"] = look.Lines }
            .Where(q => !string.IsNullOrEmpty(q.Value)));

    private static async Task<IResult> AnswerAsync(
        string model, string version, string view, string kind, string? of, string? places, string? colour, string? lines, IPriorReader priors, CancellationToken cancellationToken)
    {
        if (!Names.IsValid(model) || !Names.IsValid(version) || !MediaTypes.TryGetValue(kind, out var mediaType))
        {
            return Results.NotFound();
        }

        try
        {
            var whole = await priors.GetAsync(new ModelReference(model, version), cancellationToken);
            var subject = PriorSubjects.Of(of);
            if (whole.Of(subject) is not { } map || map.ViewsOf(subject).FirstOrDefault(v => v.Name == view) is not { } found)
            {
                return Results.NotFound();
            }

            var shown = new PriorSelection(map, found, await priors.GetSimilarityAsync(found, cancellationToken), subject);
            return Results.File(await BytesAsync(whole, shown, new PriorLook(places, colour, lines), kind, priors, cancellationToken), mediaType, $"priors-{model}-{version}.{kind}");
        }
        catch (HermesException refused) when (!refused.IsPassing)
        {
            return Results.Text($"{refused.Message} {refused.Hint}", statusCode: StatusCodes.Status404NotFound);
        }
        catch (Exception away) when (away is HermesException or PlatformAbsentException)
        {
            return Results.Text(away.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<byte[]> BytesAsync(
        PriorMap whole, PriorSelection shown, PriorLook look, string kind, IPriorReader priors, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream();
        switch (kind)
        {
            case "png":
                PngFile.Write(stream, Figure(shown, look));
                break;
            case "svg":
                SvgFile.Write(stream, Figure(shown, look));
                break;
            case "csv":
                stream.Write(Encoding.UTF8.GetBytes(PriorTable.Of(shown.Map, shown.View, shown.Similarity, shown.IsOfModalities)));
                break;
            default:
                var document = await PriorDocument.OfAsync(whole, view => priors.GetSimilarityAsync(view, cancellationToken));
                await JsonSerializer.SerializeAsync(stream, document, DocumentJson.Options, cancellationToken);
                break;
        }

        return stream.ToArray();
    }

    private static Figure Figure(PriorSelection shown, PriorLook look) => shown.IsOfModalities
        ? PriorFigure.OfModalities(shown.Map, shown.View, shown.Similarity)
        : PriorFigure.OfTasks(shown.Map, shown.View, shown.Similarity, look.Of(shown));
}
