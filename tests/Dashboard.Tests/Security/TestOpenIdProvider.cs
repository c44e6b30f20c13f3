using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Hermes.Dashboard.Tests.Security;

/// <summary>A small OpenID provider on loopback: whoever comes is the one that the test says, and a code is given for a token once, to who made its challenge.</summary>
internal sealed class TestOpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "hermes-pages";
    public const string Secret = "the secret of the pages";

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _other = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, Asked> _codes = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private TestOpenIdProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = Issuer,
            authorization_endpoint = $"{Issuer}/authorize",
            token_endpoint = $"{Issuer}/token",
            jwks_uri = $"{Issuer}/keys",
            response_types_supported = (string[])["code"],
            subject_types_supported = (string[])["public"],
            id_token_signing_alg_values_supported = (string[])["RS256"],
        }));
        _app.MapGet("/keys", () => Results.Json(new { keys = (object[])[Key()] }));
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", GiveAsync);
    }

    /// <summary>Where it is, as its tokens say.</summary>
    public string Issuer => _app.Urls.First();

    /// <summary>The groups of who signs in next.</summary>
    public string[] Groups { get; set; } = [];

    /// <summary>What is changed in the next token before it is signed.</summary>
    public Action<JsonObject> Change { get; set; } = _ => { };

    /// <summary>Whether the next token is signed with a key that is not the provider's.</summary>
    public bool IsForged { get; set; }

    /// <summary>What was asked last.</summary>
    public Asked? Last { get; private set; }

    public static async Task<TestOpenIdProvider> StartAsync()
    {
        var provider = new TestOpenIdProvider();
        await provider._app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
        _other.Dispose();
    }

    private IResult Authorize(HttpRequest request)
    {
        string Told(string name) => request.Query[name].ToString();
        var asked = new Asked(Told("redirect_uri"), Told("nonce"), Told("code_challenge"), Told("scope"));
        if (Told("client_id") != ClientId || Told("response_type") != "code" || Told("code_challenge_method") != "S256")
        {
            return Results.BadRequest();
        }

        var code = RandomNumberGenerator.GetHexString(32);
        _codes[code] = Last = asked;
        return Results.Redirect(QueryHelpers.AddQueryString(asked.RedirectUri, new Dictionary<string, string?> { ["code"] = code, ["state"] = Told("state") }));
    }

    private async Task<IResult> GiveAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!_codes.TryRemove(form["code"].ToString(), out var asked)
            || form["client_id"] != ClientId || form["client_secret"] != Secret || form["grant_type"] != "authorization_code" || form["redirect_uri"] != asked.RedirectUri
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != asked.Challenge)
        {
            return Results.BadRequest(new { error = "invalid_grant" });
        }

        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["sub"] = "4711",
            ["preferred_username"] = "anna",
            ["nonce"] = asked.Nonce,
            ["iat"] = now,
            ["exp"] = now + 300,
            ["groups"] = new JsonArray([.. Groups.Select(g => JsonValue.Create(g))]),
        };
        Change(claims);
        return Results.Json(new { access_token = "for nothing here", token_type = "Bearer", expires_in = 300, id_token = Sign(claims) });
    }

    private string Sign(JsonObject claims)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", typ = "JWT", kid = "one" });
        var text = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        var signature = (IsForged ? _other : _key).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private object Key()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", use = "sig", alg = "RS256", kid = "one", n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) };
    }

    /// <summary>What a browser asked on behalf of the pages.</summary>
    public sealed record Asked(string RedirectUri, string Nonce, string Challenge, string Scope);
}
