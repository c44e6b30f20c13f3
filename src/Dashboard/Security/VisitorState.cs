using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Hermes.Dashboard.Security;

/// <summary>Who is at the browser of an open page: nobody any more once their time is over or they signed out in another window.</summary>
internal sealed class VisitorState(ILoggerFactory log, TimeProvider clock, BrowserAccess access) : RevalidatingServerAuthenticationStateProvider(log)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        Task.FromResult(!(Visitor.UntilOf(authenticationState.User) <= clock.GetUtcNow()) && access.IsOpen(Visitor.SessionOf(authenticationState.User)));
}
