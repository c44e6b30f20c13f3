using System.Security.Claims;
using Hermes.Grains.Interfaces.Access;

namespace Hermes.Dashboard.Security;

/// <summary>Who is at a browser, in the framework's terms: a name and a role, however they were found.</summary>
internal static class Visitor
{
    /// <summary>Somebody who was let in.</summary>
    public static ClaimsPrincipal Of(Bearer bearer) => new(
        new ClaimsIdentity([new Claim(ClaimTypes.Name, bearer.Name), new Claim(ClaimTypes.Role, bearer.Role.Word())], "hermes"));

    /// <summary>The highest role somebody has; null for nobody.</summary>
    public static Role? RoleOf(ClaimsPrincipal user) =>
        user.FindAll(ClaimTypes.Role).Select(claim => Roles.Find(claim.Value)).Max();

    /// <summary>The name somebody goes by.</summary>
    public static string NameOf(ClaimsPrincipal user) => user.Identity?.Name ?? "nobody";
}
