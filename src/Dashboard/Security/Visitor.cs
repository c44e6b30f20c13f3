using System.Globalization;
using System.Security.Claims;
using Hermes.Grains.Interfaces.Access;

namespace Hermes.Dashboard.Security;

/// <summary>Who is at a browser, in the framework's terms: a name and a role, however they were found.</summary>
internal static class Visitor
{
    private const string Link = "link";
    private const string Session = "hermes.session";
    private const string Until = "hermes.until";

    /// <summary>Somebody whom a link let in.</summary>
    public static ClaimsPrincipal Of(Bearer bearer, DateTimeOffset? until = null, string? session = null) => Of(bearer.Name, bearer.Role, Link, until, session);

    /// <summary>Somebody who is known.</summary>
    /// <param name="name">The name they go by.</param>
    /// <param name="role">What they may do; null when they may not even look.</param>
    /// <param name="how">How they are known.</param>
    /// <param name="until">How long they are; null for as long as they like.</param>
    /// <param name="session">Their session, when they signed in here.</param>
    public static ClaimsPrincipal Of(string name, Role? role, string how, DateTimeOffset? until, string? session = null)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], how);
        Add(identity, ClaimTypes.Role, role?.Word());
        Add(identity, Until, until?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        Add(identity, Session, session);
        return new ClaimsPrincipal(identity);
    }

    /// <summary>The same with no more than a role.</summary>
    public static ClaimsPrincipal Capped(ClaimsPrincipal user, Role highest) => RoleOf(user) > highest
        ? Of(NameOf(user), highest, user.Identity?.AuthenticationType ?? Link, UntilOf(user), SessionOf(user))
        : user;

    /// <summary>The highest role somebody has; null for nobody.</summary>
    public static Role? RoleOf(ClaimsPrincipal user) =>
        user.FindAll(ClaimTypes.Role).Select(claim => Roles.Find(claim.Value)).Max();

    /// <summary>The name somebody goes by.</summary>
    public static string NameOf(ClaimsPrincipal user) => user.Identity?.Name ?? "nobody";

    /// <summary>The session of somebody who signed in here.</summary>
    public static string? SessionOf(ClaimsPrincipal user) => user.FindFirst(Session)?.Value;

    /// <summary>How long somebody is known.</summary>
    public static DateTimeOffset? UntilOf(ClaimsPrincipal user) =>
        user.FindFirst(Until)?.Value is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture)) : null;

    /// <summary>Whether the pages can sign somebody out: whom a proxy names, only the proxy can.</summary>
    public static bool CanSignOut(ClaimsPrincipal user) => user.Identity is { IsAuthenticated: true, AuthenticationType: not ProxyAuthentication.Name };

    private static void Add(ClaimsIdentity identity, string type, string? value)
    {
        if (value is not null)
        {
            identity.AddClaim(new Claim(type, value));
        }
    }
}
