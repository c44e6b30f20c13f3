using System.Text;
using Hermes.Client.Figures;
using Hermes.Client.Models;
using Hermes.Client.Priors;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Dashboard.Priors;

/// <summary>The files that the page of priors offers.</summary>
internal static class PriorEndpoints
{
    public static void MapPriorFiles(this IEndpointRouteBuilder app) => app.MapGet("/priors/{model}/{version}/{view}.{kind}", AnswerAsync);

    /// <summary>Where a file is.</summary>
    public static string Address(PriorSelection shown, string kind) =>
        $"/priors/{Uri.EscapeDataString(shown.Map.Model)}/{shown.Map.Version}/{Uri.EscapeDataString(shown.View.Name)}.{kind}{(shown.IsOfModalities ? "?of=modalities" : "")}";

    private static async Task<IResult> AnswerAsync(string model, string version, string view, string kind, string? of, IPriorReader priors, CancellationToken cancellationToken)
    {
        if (!Names.IsValid(model) || !Names.IsValid(version) || kind is not ("svg" or "csv"))
        {
            return Results.NotFound();
        }

        try
        {
            var map = await priors.GetAsync(new ModelReference(model, version), cancellationToken);
            var isOfModalities = of == "modalities";
            if ((isOfModalities ? map.ModalityViews : map.Views).FirstOrDefault(v => v.Name == view) is not { } found)
            {
                return Results.NotFound();
            }

            var similarity = await priors.GetSimilarityAsync(found, cancellationToken);
            return Results.File(
                kind == "svg" ? Svg(map, found, similarity, isOfModalities) : Encoding.UTF8.GetBytes(PriorTable.Of(map, found, similarity, isOfModalities)),
                kind == "svg" ? "image/svg+xml" : "text/csv; charset=utf-8",
                $"priors-{model}-{version}.{kind}");
        }
        catch (HermesException refused) when (!refused.IsPassing)
        {
            return Results.Text(refused.Message, statusCode: StatusCodes.Status404NotFound);
        }
        catch (Exception away) when (away is HermesException or PlatformAbsentException)
        {
            return Results.Text(away.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static byte[] Svg(PriorMap map, PriorView view, float[] similarity, bool isOfModalities)
    {
        using var stream = new MemoryStream();
        SvgFile.Write(stream, isOfModalities ? PriorFigure.OfModalities(map, view, similarity) : PriorFigure.OfTasks(map, view, similarity));
        return stream.ToArray();
    }
}
