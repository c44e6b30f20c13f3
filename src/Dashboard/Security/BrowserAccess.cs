using System.Collections.Concurrent;
using System.Security.Cryptography;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Dashboard.Security;

/// <summary>
/// Pages for those who have the platform's access token: a link with a code that the token made lets one browser in, once; a cookie that scripts cannot read
/// says from then on which browser it was.
/// </summary>
internal sealed class BrowserAccess(DashboardOptions options, TimeProvider clock, ILogger<BrowserAccess> log)
{
    private const string Cookie = "hermes";

    /// <summary>How long a browser that was let in is known, and a code that was used is remembered.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);

    /// <summary>Lets in who has a good code, and nobody else.</summary>
    public Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path == AccessToken.EntryPath)
        {
            return EnterAsync(context);
        }

        if (context.Request.Cookies[Cookie] is not { } session || !_known.TryGetValue(session, out var known) || known.Until <= clock.GetUtcNow())
        {
            return RefuseAsync(context);
        }

        context.User = Visitor.Of(known.Bearer);
        return next(context);
    }

    private Task EnterAsync(HttpContext context)
    {
        var now = clock.GetUtcNow();
        Forget(_known, known => known.Until <= now);
        Forget(_used, until => until <= now);
        var code = context.Request.Query["code"].ToString();
        if (Token() is not { } token || !token.IsEntry(code, now) || !_used.TryAdd(code, now + Lifetime))
        {
            return RefuseAsync(context);
        }

        var session = RandomNumberGenerator.GetHexString(64, lowercase: true);
        _known[session] = new Known(token.Bearer, now + Lifetime);
        context.Response.Cookies.Append(Cookie, session, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
        context.Response.Redirect("/");
        return Task.CompletedTask;
    }

    // Read when it is needed: the platform may make it later than the dashboard begins.
    private AccessToken? Token()
    {
        try
        {
            return options.TokenFile is { } file ? AccessToken.Read(file) : null;
        }
        catch (HermesException unreadable)
        {
            log.LogWarning("Nobody can be let in: {Reason}", unreadable.Message);
            return null;
        }
    }

    private static void Forget<T>(ConcurrentDictionary<string, T> entries, Predicate<T> isOver)
    {
        foreach (var (key, _) in entries.Where(e => isOver(e.Value)).ToList())
        {
            entries.TryRemove(key, out _);
        }
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            """
            <!doctype html><html lang="en"><head><title>Hermes Platform</title><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"></head><body><main>
            <h1>Who are you?</h1>
            <p>These pages are for those who have the platform's access token. <code>./hermes dashboard</code> prints a link that opens them; it is good once.</p>
            <p>A browser that was let in is known for 12 hours, and until the dashboard is started again.</p>
            </main></body></html>
            """,
            context.RequestAborted);
    }

    private sealed record Known(Bearer Bearer, DateTimeOffset Until);
}
