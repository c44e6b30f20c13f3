using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Health;
using Hermes.Silo.Security;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hermes.Silo.Http;

/// <summary>
/// Whether the silo lives, has started and takes requests, for supervisors: 200, or 503 with a word why. Everybody may ask; what is degraded, and where
/// database and blobs are, is told to whoever proves the access token.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.Map("/health/live", _ => false);
        routes.Map("/health/startup", check => check.Name == Checks.Start);
        routes.Map("/health/ready", _ => true);
    }

    private static void Map(this IEndpointRouteBuilder routes, string path, Func<HealthCheckRegistration, bool> isAsked) =>
        routes.MapHealthChecks(path, new HealthCheckOptions { Predicate = isAsked, ResponseWriter = AnswerAsync });

    private static async Task AnswerAsync(HttpContext context, HealthReport report)
    {
        object told = await context.HasAccessAsync()
            ? new PlatformHealth(
                Word(report.Status), [.. report.Entries.Select(e => new PlatformCheck(e.Key, Word(e.Value.Status), e.Value.Description ?? e.Value.Exception?.Message))])
            : new { Status = Word(report.Status) };
        await context.Response.WriteAsJsonAsync(told, context.RequestAborted);
    }

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();
}
