using System.Net;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Hermes.Silo.Security;

/// <summary>HTTP for those who have an access token.</summary>
internal static class AccessEndpoints
{
    private const string Health = "/health";

    /// <summary>
    /// Refuses what does not prove a token, and tells who asks on this machine where the platform's own is; whether the silo is well, everybody may ask. What only
    /// reads is for all who have one, anything else for those who may change something. A scraper of numbers cannot sign what it asks, so it sends a word that is good for
    /// them alone.
    /// </summary>
    public static void UseAccess(this WebApplication app)
    {
        var access = app.Services.GetRequiredService<Access>();
        app.Use(async (context, next) =>
        {
            if (context.Request.Path.StartsWithSegments(Health, StringComparison.Ordinal) || IsScrape(context, access.Token))
            {
                await next(context);
                return;
            }

            var caller = await CallerAsync(context, access);
            if (caller is null)
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = Challenge(context.Connection.RemoteIpAddress, context.Connection.LocalIpAddress, access.File);
                await context.Response.WriteAsJsonAsync(new { error = "This platform is for those who have an access token of it." }, context.RequestAborted);
            }
            else if (caller.Role < Role.Trainer && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                await context.Response.WriteAsJsonAsync(new { error = CallAccess.TooLittle(caller, Role.Trainer).Message }, context.RequestAborted);
            }
            else
            {
                await next(context);
            }
        });
    }

    /// <summary>What whoever is not known is told. The path of the file is of use on this machine alone.</summary>
    internal static string Challenge(IPAddress? asking, IPAddress? asked, string file) =>
        asking is not null && (IPAddress.IsLoopback(asking) || asking.Equals(asked)) ? $"{AccessToken.Scheme} token-file=\"{Uri.EscapeDataString(file)}\"" : AccessToken.Scheme;

    /// <summary>Whether the request proves a token.</summary>
    public static async ValueTask<bool> HasAccessAsync(this HttpContext context) => await CallerAsync(context, context.RequestServices.GetRequiredService<Access>()) is not null;

    // While the database is away, and was never seen, only the platform's own token is known.
    private static async ValueTask<Bearer?> CallerAsync(HttpContext context, Access access)
    {
        const string Prefix = $"{AccessToken.Scheme} ";
        var given = context.Request.Headers.Authorization.ToString();
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        try
        {
            return given.StartsWith(Prefix, StringComparison.Ordinal) ? await access.CallerAsync(given[Prefix.Length..], context.Request.Method, target) : null;
        }
        catch (HermesException)
        {
            return null;
        }
    }

    private static bool IsScrape(HttpContext context, AccessToken token)
    {
        const string Prefix = "Bearer ";
        var given = context.Request.Headers.Authorization.ToString();
        return context.Request.Path == TelemetryHosting.MetricsPath && given.StartsWith(Prefix, StringComparison.Ordinal) && token.IsMetricsWord(given[Prefix.Length..]);
    }
}
