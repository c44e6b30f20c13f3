using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;
using Hermes.Hosting.Visitors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Hermes.Dashboard.Security;

/// <summary>How people sign in at the OpenID provider of their institution: the code flow, with PKCE and a nonce, whose answer opens a session here.</summary>
internal static class SignIn
{
    /// <summary>The name of sessions among the ways to be known.</summary>
    public const string Session = "session";

    /// <summary>The name of the provider among the ways to be known.</summary>
    public const string Provider = "openid";

    /// <summary>Leads to the provider.</summary>
    public const string Path = "/sign-in";

    /// <summary>Ends a session.</summary>
    public const string OutPath = "/sign-out";

    // The most telling first: not every provider tells every one.
    private static readonly string[] NameClaims = ["preferred_username", "email", "name", "sub"];

    /// <summary>Adds every way to be known that the command line names, beside the link of the platform's token.</summary>
    /// <exception cref="HermesException">The secret of the client cannot be read.</exception>
    public static void AddVisitors(this IServiceCollection services, DashboardOptions options)
    {
        services.AddSingleton<Sessions>().AddSingleton<BrowserAccess>();
        var ways = services.AddAuthentication();
        if (options.Visitors.Proxies is { UserHeader: not null })
        {
            ways.AddScheme<AuthenticationSchemeOptions, ProxyAuthentication>(ProxyAuthentication.Name, null);
        }

        if (options.Visitors.OpenId is not { } provider)
        {
            return;
        }

        var secret = SecretFile.Choose(provider.SecretFile, OpenIdOptions.SecretVariable, "the secret of an OpenID client")
            ?? throw new HermesException("The secret of the OpenID client is not told.", hint: $"Name a file with {VisitorWords.SecretFile}, or set {OpenIdOptions.SecretVariable}.");
        ways.AddCookie(Session).AddOpenIdConnect(Provider, openId => Configure(openId, options, provider, secret));
        services.AddOptions<CookieAuthenticationOptions>(Session).Configure<Sessions>((cookies, sessions) =>
        {
            cookies.SessionStore = sessions;
            (cookies.ExpireTimeSpan, cookies.SlidingExpiration) = (BrowserAccess.Lifetime, false);

            // The way back from the provider begins at another site: a strict cookie would not be sent along.
            Keep(cookies.Cookie, "hermes.session");
        });
    }

    /// <summary>Leads to the provider, and from there back to a page.</summary>
    public static async Task ChallengeAsync(HttpContext context)
    {
        var back = context.Request.Query["return"].ToString();
        try
        {
            await context.ChallengeAsync(Provider, new AuthenticationProperties { RedirectUri = IsOwn(back) ? back : "/" });
        }
        catch (Exception away) when (away is InvalidOperationException or IOException or HttpRequestException)
        {
            Log(context).LogWarning("The OpenID provider cannot be asked: {Reason}", away.GetBaseException().Message);
            await AccessPage.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, "Nobody can sign in now", ["The OpenID provider of your institution does not answer, or not as it should. Try again in a minute."], Path);
        }
    }

    /// <summary>Where one signs in to come back to what was asked for.</summary>
    public static string PathTo(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) ? $"{Path}?return={Uri.EscapeDataString($"{request.Path}{request.QueryString}")}" : Path;

    private static void Configure(OpenIdConnectOptions openId, DashboardOptions options, OpenIdOptions provider, string secret)
    {
        (openId.Authority, openId.ClientId, openId.ClientSecret) = (provider.Authority.AbsoluteUri, provider.ClientId, secret);
        openId.RequireHttpsMetadata = !provider.Authority.IsLoopback;
        (openId.SignInScheme, openId.CallbackPath) = (Session, OpenIdOptions.CallbackPath);
        (openId.ResponseType, openId.ResponseMode, openId.UsePkce) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query, true);
        (openId.MapInboundClaims, openId.SaveTokens, openId.DisableTelemetry) = (false, false, true);
        openId.Scope.Clear();
        foreach (var scope in provider.Scopes.Prepend("openid").Distinct())
        {
            openId.Scope.Add(scope);
        }

        Keep(openId.NonceCookie);
        Keep(openId.CorrelationCookie);
        openId.Events.OnTokenValidated = token => OpenAsync(token, options, provider);
        openId.Events.OnRemoteFailure = failure =>
        {
            Log(failure.HttpContext).LogWarning("Somebody could not sign in: {Reason}", failure.Failure?.Message);
            failure.HandleResponse();
            return AccessPage.WriteAsync(
                failure.HttpContext, StatusCodes.Status401Unauthorized, "You are not signed in", ["What the OpenID provider answered was not accepted; the log of the dashboard says why."], Path);
        };
    }

    private static Task OpenAsync(TokenValidatedContext token, DashboardOptions options, OpenIdOptions provider)
    {
        var told = token.Principal!;
        var name = NameClaims.Select(claim => told.FindFirst(claim)?.Value).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value)) ?? "somebody";
        if (options.Visitors.Groups.Of(told.FindAll(provider.GroupsClaim).Select(claim => claim.Value)) is not { } role)
        {
            Log(token.HttpContext).LogWarning("'{Name}' signed in, and has no role here", name);
            token.HandleResponse();
            return WriteNoRoleAsync(token.HttpContext, name, Path);
        }

        var now = token.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        token.Principal = Visitor.Of(name, role, Provider, now + BrowserAccess.Lifetime, Sessions.NewId());
        return Task.CompletedTask;
    }

    /// <summary>Tells somebody who is known, and has no role.</summary>
    public static Task WriteNoRoleAsync(HttpContext context, string name, string? signIn = null) => AccessPage.WriteAsync(
        context,
        StatusCodes.Status403Forbidden,
        "You have no role here",
        [$"You are '{name}', and none of your groups may look at this platform.", "Ask who looks after it to add you to a group that may, then sign in again."],
        signIn);

    // A path of these pages; two slashes would begin the name of another machine.
    private static bool IsOwn(string path) => path is ['/', .. var rest] && !rest.StartsWith('/') && !path.Any(c => c == '\\' || char.IsControl(c));

    private static void Keep(CookieBuilder cookie, string? name = null)
    {
        cookie.Name = name ?? cookie.Name;
        (cookie.HttpOnly, cookie.SameSite, cookie.SecurePolicy) = (true, SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
    }

    private static ILogger Log(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(SignIn));
}
