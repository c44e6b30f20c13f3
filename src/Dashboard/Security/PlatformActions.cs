using System.Security.Claims;
using Hermes.Client;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Microsoft.AspNetCore.Components.Authorization;

namespace Hermes.Dashboard.Security;

/// <summary>
/// The one way by which pages change something: who is at the browser may do what their role says, whatever the dashboard itself may. One per browser.
/// </summary>
internal sealed class PlatformActions(PlatformLink link, AuthenticationStateProvider visitors, ILogger<PlatformActions> log)
{
    /// <summary>Why somebody may not do what needs this role; null when they may.</summary>
    public static string? WhyNot(ClaimsPrincipal user, Role needed)
    {
        var article = needed == Role.Administrator ? "an" : "a";
        return Visitor.RoleOf(user) switch
        {
            { } role when role >= needed => null,
            { } role => $"'{Visitor.NameOf(user)}' is a {role.Word()} here; this needs {article} {needed.Word()}.",
            null => $"This needs {article} {needed.Word()}, and nobody is signed in.",
        };
    }

    /// <summary>Why who is at the browser may not do what needs this role; null when they may.</summary>
    public async Task<string?> WhyNotAsync(Role needed) => WhyNot((await visitors.GetAuthenticationStateAsync()).User, needed);

    /// <summary>Does something, if who is at the browser may; the platform's audit names them.</summary>
    /// <exception cref="HermesException">They may not, or the platform refused.</exception>
    public async Task<T> DoAsync<T>(Role needed, Func<HermesClient, CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        if (await WhyNotAsync(needed) is { } reason)
        {
            log.LogWarning("Refused: {Reason}", reason);
            throw new HermesException(reason, hint: "Nothing was changed.");
        }

        var name = Visitor.NameOf((await visitors.GetAuthenticationStateAsync()).User);
        return await link.AskAsync((client, token) => HermesClient.ForAsync(name, () => act(client, token)), cancellationToken);
    }
}
