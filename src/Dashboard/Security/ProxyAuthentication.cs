using System.Text.Encodings.Web;
using Hermes.Dashboard.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Hermes.Dashboard.Security;

/// <summary>Who a trusted proxy says is asking. What others send under the same headers is not looked at.</summary>
internal sealed class ProxyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, DashboardOptions dashboard, TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    /// <summary>Its name among the ways to be known.</summary>
    public const string Name = "proxy";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (dashboard.Visitors.Proxies is not { UserHeader: { } userHeader, GroupsHeader: { } groupsHeader } proxies || !proxies.Trust(Context.Connection.RemoteIpAddress))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var (users, groups) = (Request.Headers[userHeader], Request.Headers[groupsHeader]);
        if (users.Count > 1 || groups.Count > 1 || users.ToString().Contains(',', StringComparison.Ordinal))
        {
            // One of them is of the browser, and nobody knows which.
            Logger.LogWarning("Not believed: {User} or {Groups} came more than once; let the proxy replace what a browser sends", userHeader, groupsHeader);
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        if (string.IsNullOrWhiteSpace(users))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var role = dashboard.Visitors.Groups.Of(groups.ToString().Split(',', StringSplitOptions.TrimEntries));
        var visitor = Visitor.Of(users.ToString().Trim(), role, Name, clock.GetUtcNow() + BrowserAccess.Lifetime);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(visitor, Name)));
    }
}
