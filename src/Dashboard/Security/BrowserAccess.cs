using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.HttpOverrides;

namespace Hermes.Dashboard.Security;

/// <summary>
/// Who is let in. A link with a code that the platform's token made lets one browser in, once; a cookie that scripts cannot read says from then on which browser it
/// was. Where the command line names them, those are let in, too, of whom a trusted proxy says who they are, or who signed in at the OpenID provider.
/// </summary>
internal sealed class BrowserAccess(DashboardOptions options, Sessions sessions, TimeProvider clock, ILogger<BrowserAccess> log)
{
    /// <summary>How long a browser that was let in is known, and a code that was used is remembered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const string Cookie = "hermes";
    private const string HowToEnter = "./hermes dashboard";

    // Whoever sends one of these comes from somewhere else, over a web server of this machine.
    private static readonly string[] Relays =
    [
        "Via", "Forwarded", "X-Real-IP",
        ForwardedHeadersDefaults.XForwardedForHeaderName, ForwardedHeadersDefaults.XForwardedProtoHeaderName, ForwardedHeadersDefaults.XForwardedHostHeaderName,
        ForwardedHeadersDefaults.XOriginalForHeaderName, ForwardedHeadersDefaults.XOriginalProtoHeaderName, ForwardedHeadersDefaults.XOriginalHostHeaderName,
    ];

    private readonly ConcurrentDictionary<string, ClaimsPrincipal> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);

    // In the order in which they are tried; a link comes last.
    private readonly List<string> _ways =
    [
        .. Enumerable.Repeat(ProxyAuthentication.Name, options.Visitors.Proxies is { UserHeader: not null } ? 1 : 0),
        .. Enumerable.Repeat(SignIn.Session, options.Visitors.OpenId is null ? 0 : 1),
    ];

    /// <summary>Lets in who is known and has a role, and nobody else.</summary>
    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        if (path == AccessToken.EntryPath)
        {
            await EnterAsync(context);
        }
        else if (path == SignIn.Path && options.Visitors.OpenId is not null)
        {
            await (IsPrivate(context) ? SignIn.ChallengeAsync(context) : RefuseOpenlyAsync(context));
        }
        else if (path == SignIn.OutPath && HttpMethods.IsPost(context.Request.Method))
        {
            await LeaveAsync(context);
        }
        else if (await FindAsync(context) is not { } visitor)
        {
            await RefuseAsync(context);
        }
        else if (Visitor.RoleOf(visitor) is null)
        {
            await SignIn.WriteNoRoleAsync(context, Visitor.NameOf(visitor));
        }
        else
        {
            context.User = visitor;
            await next(context);
        }
    }

    /// <summary>Whether a session that was opened here has not ended; who has none, because a proxy names them, needs none.</summary>
    public bool IsOpen(string? session) => session is null || sessions.IsOpen(session) || Known(session) is not null;

    private async Task<ClaimsPrincipal?> FindAsync(HttpContext context)
    {
        foreach (var way in _ways)
        {
            if (await context.AuthenticateAsync(way) is { Succeeded: true, Principal: var visitor })
            {
                return Visitor.RoleOf(visitor) > Role.Viewer ? Visitor.Capped(visitor, Token()?.Bearer.Role ?? Role.Viewer) : visitor;
            }
        }

        return Known(context.Request.Cookies[Cookie]);
    }

    private ClaimsPrincipal? Known(string? session) =>
        session is not null && _known.TryGetValue(session, out var known) && !IsOver(known, clock.GetUtcNow()) ? known : null;

    private async Task EnterAsync(HttpContext context)
    {
        var now = clock.GetUtcNow();
        Forget(_known, known => IsOver(known, now));
        Forget(_used, until => until <= now);
        if (!IsPrivate(context))
        {
            await RefuseOpenlyAsync(context);
            return;
        }

        var code = context.Request.Query["code"].ToString();
        if (Token() is not { } token || !token.IsEntry(code, now) || !_used.TryAdd(code, now + Lifetime))
        {
            if (await FindAsync(context) is not null)
            {
                // A browser that was let in needs no link.
                context.Response.Redirect("/");
                return;
            }

            await RefuseAsync(context, $"This link was used already, or is older than {AccessToken.EntryLifetime.TotalMinutes:0} minutes. ");
            return;
        }

        var session = Sessions.NewId();
        _known[session] = Visitor.Of(token.Bearer, now + Lifetime, session);
        context.Response.Cookies.Append(Cookie, session, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/" });
        context.Response.Redirect("/");
    }

    private async Task LeaveAsync(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is { } session)
        {
            _known.TryRemove(session, out _);
            context.Response.Cookies.Delete(Cookie);
        }

        if (options.Visitors.OpenId is null)
        {
            await AccessPage.WriteAsync(context, StatusCodes.Status200OK, "You are signed out", ["This prints a link that opens these pages again:"], command: HowToEnter);
            return;
        }

        await context.SignOutAsync(SignIn.Session);
        await AccessPage.WriteAsync(
            context, StatusCodes.Status200OK, "You are signed out", ["Your OpenID provider may know you still. At a computer that others use, sign out there, too."], SignIn.Path);
    }

    // A code or a cookie that goes over a network in clear text is everybody's.
    private static bool IsPrivate(HttpContext context) =>
        context.Request.IsHttps || (context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer) && !Relays.Any(context.Request.Headers.ContainsKey));

    private static bool IsOver(ClaimsPrincipal known, DateTimeOffset now) => Visitor.UntilOf(known) <= now;

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

    private static Task RefuseOpenlyAsync(HttpContext context) => AccessPage.WriteAsync(
        context,
        StatusCodes.Status403Forbidden,
        "Not in clear text",
        [
            "One enters these pages over https, or on the machine where the dashboard runs.",
            .. Relays.Any(context.Request.Headers.ContainsKey) ? ["A web server passed this on. If it speaks https with you, the dashboard has to be told so: --trusted-proxy with its address."] : Array.Empty<string>(),
        ]);

    private Task RefuseAsync(HttpContext context, string why = "") => options.Visitors.OpenId is { Authority: var authority }
        ? AccessPage.WriteAsync(
            context,
            StatusCodes.Status401Unauthorized,
            "You are not signed in",
            [$"{why}These pages are for those who sign in at {authority.Host}.", "Who signed in is known for 12 hours, and until the dashboard is started again."],
            SignIn.PathTo(context.Request))
        : AccessPage.WriteAsync(
            context,
            StatusCodes.Status401Unauthorized,
            "You are not signed in",
            [
                $"{why}These pages are for those who have the platform's access token. This prints a link that opens them, once:",
                "A browser that was let in is known for 12 hours, and until the dashboard is started again.",
            ],
            command: HowToEnter);
}
