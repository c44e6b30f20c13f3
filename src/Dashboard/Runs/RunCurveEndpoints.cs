using Hermes.Grains.Interfaces;
using Microsoft.AspNetCore.Mvc;

namespace Hermes.Dashboard.Runs;

/// <summary>The curves of runs as the charts of the pages read them.</summary>
internal static class RunCurveEndpoints
{
    /// <summary>The most points of a curve in one answer: more than a screen has columns.</summary>
    private const int MostPoints = 8_000;

    private const int MostSeries = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static void MapRunCurves(this IEndpointRouteBuilder app) => app.MapGet("/runs/{name}/curves", AnswerAsync);

    /// <summary>Where the curves of a run are.</summary>
    public static string Address(string run) => $"/runs/{Uri.EscapeDataString(run)}/curves";

    private static async Task<IResult> AnswerAsync(
        string name, [FromQuery(Name = "series")] string[] series, int? from, int? to, int? points, RunFeeds feeds, HttpContext context)
    {
        if (!Names.IsValid(name) || series.Length > MostSeries)
        {
            return Results.NotFound();
        }

        var feed = feeds.Of(name);
        try
        {
            await feed.Ready.WaitAsync(Patience, context.RequestAborted);
        }
        catch (TimeoutException)
        {
            return Results.Text("The platform has not answered in time.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        if (feed.View is { Problem: { } problem })
        {
            return Results.Text(problem.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        if (feed.View.IsAbsent)
        {
            // Whoever makes names up makes nobody follow them.
            feeds.LetGo(name);
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = "no-store";
        var revision = feed.Curves.Revision;
        return Results.Json(new { revision, series = feed.Curves.Windows(series, from ?? 0, to ?? int.MaxValue, Math.Clamp(points ?? MostPoints, 2, MostPoints) / 2) });
    }
}
