using Hermes.Client.Figures;
using Hermes.Client.Models;
using Hermes.Client.Priors;
using Hermes.Client.Relations;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Relations;
using Microsoft.AspNetCore.WebUtilities;

namespace Hermes.Dashboard.Priors;

/// <summary>The files that the page of priors offers.</summary>
internal static class PriorEndpoints
{
    public static void MapPriorFiles(this IEndpointRouteBuilder app)
    {
        app.MapGet("/priors/{model}/{version}/{view}.{kind}", GetMapAsync);
        app.MapGet("/studies/{model}/{version}/gains.{kind}", GetStudyAsync);
    }

    /// <summary>Where a file of a map is.</summary>
    public static string Address(PriorSelection shown, PriorLook look, string kind) => WithQuery(
        $"/priors/{Uri.EscapeDataString(shown.Map.Model)}/{shown.Map.Version}/{Uri.EscapeDataString(shown.View.Name)}.{kind}",
        new() { ["of"] = shown.Subject == PriorSubject.Tasks ? null : shown.Subject.Word(), ["places"] = look.Places, ["colour"] = look.Colour, ["lines"] = look.Lines });

    /// <summary>Where a file of a study is.</summary>
    public static string Address(RelationStudy study, string predictor, string kind) =>
        WithQuery($"/studies/{Uri.EscapeDataString(study.Model)}/{study.Version}/gains.{kind}", new() { ["predictor"] = predictor });

    private static string WithQuery(string path, Dictionary<string, string?> query) => QueryHelpers.AddQueryString(path, query.Where(q => !string.IsNullOrEmpty(q.Value)));

    private static Task<IResult> GetMapAsync(
        string model,
        string version,
        string view,
        string kind,
        string? of,
        string? places,
        string? colour,
        string? lines,
        IPriorReader priors,
        CancellationToken cancellationToken) =>
        AnswerAsync(
            "priors",
            model,
            version,
            kind,
            async reference =>
            {
                var whole = await priors.GetAsync(reference, cancellationToken);
                var subject = PriorSubjects.Of(of);
                if (whole.Of(subject) is not { } map || map.ViewsOf(subject).FirstOrDefault(v => v.Name == view) is not { } found)
                {
                    return null;
                }

                var similarity = await priors.GetSimilarityAsync(found, cancellationToken);
                return PriorExport.Of(
                    whole, map, subject, found, new PriorLook(places, colour, lines), similarity, one => priors.GetSimilarityAsync(one, cancellationToken));
            },
            cancellationToken);

    private static Task<IResult> GetStudyAsync(string model, string version, string kind, string? predictor, IPriorReader priors, CancellationToken cancellationToken) =>
        AnswerAsync(
            "gains",
            model,
            version,
            kind,
            async reference => await priors.GetStudyAsync(reference, cancellationToken) is { Status: var status, Study: { } study }
                && study.Predictor(predictor) is { Name: var chosen }
                    ? RelationExport.Of(status, study, chosen)
                    : null,
            cancellationToken);

    private static async Task<IResult> AnswerAsync(
        string what, string model, string version, string kind, Func<ModelReference, Task<FigureExport?>> read, CancellationToken cancellationToken)
    {
        if (!Names.IsValid(model) || !Names.IsValid(version) || !FigureExport.Kinds.TryGetValue(kind, out var mediaType))
        {
            return Results.NotFound();
        }

        try
        {
            if (await read(new ModelReference(model, version)) is not { } export)
            {
                return Results.NotFound();
            }

            using var stream = new MemoryStream();
            await export.WriteAsync(stream, kind, cancellationToken);
            return Results.File(stream.ToArray(), mediaType, $"{what}-{model}-{version}.{kind}");
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
}
