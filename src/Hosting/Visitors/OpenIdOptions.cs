namespace Hermes.Hosting.Visitors;

/// <summary>The OpenID provider by which people sign in.</summary>
/// <param name="Authority">Its address, below which its description lies.</param>
/// <param name="ClientId">What the pages are called there.</param>
/// <param name="SecretFile">The file with the client's secret; null where the environment tells it.</param>
/// <param name="GroupsClaim">The claim of its ID tokens that lists somebody's groups.</param>
/// <param name="Scopes">What is asked for beside <c>openid</c>.</param>
public sealed record OpenIdOptions(Uri Authority, string ClientId, string? SecretFile, string GroupsClaim, IReadOnlyList<string> Scopes)
{
    /// <summary>Where on the pages it leads back to.</summary>
    public const string CallbackPath = "/signed-in";

    /// <summary>The environment variable with the client's secret, where no file is named.</summary>
    public const string SecretVariable = "HERMES_OPENID_SECRET";

    /// <summary>The claim that lists groups when nobody says otherwise.</summary>
    public const string DefaultGroupsClaim = "groups";
}
