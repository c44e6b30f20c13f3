using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Hermes.Silo.Security;

/// <summary>HTTP for those who have the access token.</summary>
internal static class AccessEndpoints
{
    private const string Health = "/health";

    /// <summary>
    /// Refuses what does not prove the token, and says where its file is; whether the silo is well, everybody may ask. A scraper of numbers cannot sign what
    /// it asks, so it sends a word that is good for them alone.
    /// </summary>
    public static void UseAccess(this WebApplication app)
    {
        var access = app.Services.GetRequiredService<Access>();
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments(Health, StringComparison.Ordinal) || context.HasAccess() || IsScrape(context, access.Token))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = $"{AccessToken.Scheme} token-file=\"{Uri.EscapeDataString(access.File)}\"";
            return context.Response.WriteAsJsonAsync(new { error = "This platform is for those who have its access token." }, context.RequestAborted);
        });
    }

    /// <summary>Whether the request proves the token.</summary>
    public static bool HasAccess(this HttpContext context)
    {
        const string Prefix = $"{AccessToken.Scheme} ";
        var (token, now) = (context.RequestServices.GetRequiredService<Access>().Token, context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        var given = context.Request.Headers.Authorization.ToString();
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return given.StartsWith(Prefix, StringComparison.Ordinal) && token.IsGood(given[Prefix.Length..], context.Request.Method, target, now);
    }

    private static bool IsScrape(HttpContext context, AccessToken token)
    {
        const string Prefix = "Bearer ";
        var given = context.Request.Headers.Authorization.ToString();
        return context.Request.Path == TelemetryHosting.MetricsPath && given.StartsWith(Prefix, StringComparison.Ordinal) && token.IsMetricsWord(given[Prefix.Length..]);
    }
}
