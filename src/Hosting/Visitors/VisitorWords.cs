using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;

namespace Hermes.Hosting.Visitors;

/// <summary>
/// The words on the command line that say where the pages are served and to whom: those of the dashboard, and of whoever starts it and passes them on. Secrets are
/// not among them, only the files that hold them.
/// </summary>
public sealed class VisitorWords
{
    /// <summary>The option with the file of the OpenID client's secret.</summary>
    public const string SecretFile = "--openid-secret-file";

    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "Serve the pages here instead, such as 0.0.0.0:8443. Elsewhere than on loopback it has to be told who may come, by a proxy or OpenID.",
        HelpName = "ADDRESS:PORT",
    };

    private readonly Option<string[]> _names = Several("--host", "A name by which browsers reach the pages; requests for other names are refused. May be repeated.", "NAME");

    private readonly Option<string?> _certificate = new("--page-certificate-file")
    {
        Description = "The certificate of the pages, its chain and its private key in PEM: with it they are served over https only.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _proxies =
        Several("--trusted-proxy", "A web server before the pages, or a network of them, whose X-Forwarded-Proto and X-Forwarded-Host are believed. May be repeated.", "ADDRESS");

    private readonly Option<string?> _userHeader = new("--user-header")
    {
        Description = "The header by which a trusted proxy says who asks; it has to replace what a browser sends under that name.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _groupsHeader = new("--groups-header") { Description = "The header by which it says the groups of who asks, commas between; the same holds for it.", HelpName = "NAME" };

    private readonly Option<string?> _authority = new("--openid-authority") { Description = $"The OpenID provider where people sign in; {OpenIdOptions.CallbackPath} is where it leads back to.", HelpName = "URL" };

    private readonly Option<string?> _client = new("--openid-client") { Description = "What the pages are called there.", HelpName = "ID" };

    private readonly Option<string?> _secret = new(SecretFile) { Description = $"The secret of that client; {OpenIdOptions.SecretVariable} holds one too.", HelpName = "FILE" };

    private readonly Option<string> _claim = new("--openid-groups-claim")
    {
        Description = "The claim of its ID tokens that lists somebody's groups.",
        HelpName = "CLAIM",
        DefaultValueFactory = _ => OpenIdOptions.DefaultGroupsClaim,
    };

    private readonly Option<string[]> _scopes = Several("--openid-scope", "What is asked for beside openid and profile, where the groups need it. May be repeated.", "SCOPE");

    private readonly Option<string[]> _roles =
        Several("--role", "Which group has which role: viewer, trainer or administrator. Who has none is not let in; nobody may do more than the dashboard's token. May be repeated.", "ROLE=GROUP");

    private readonly List<Func<CommandResult, bool>> _each = [];
    private readonly Option[] _all;

    /// <summary>The words, for one command.</summary>
    public VisitorWords()
    {
        _all = [_listen, _names, _certificate, _proxies, _userHeader, _groupsHeader, _authority, _client, _secret, _claim, _scopes, _roles];
        Each(_listen, text => Address(text) is null ? $"'{text}' is nowhere to listen: write an IP address and a port, such as 0.0.0.0:8443." : null);
        Each(_names, text => IsName(text) ? null : $"'{text}' is not the name of a machine.");
        Each(_proxies, text => TrustedProxies.Parse(text) is null ? $"'{text}' is not the address of a proxy: write an IP address, or a network such as 10.1.0.0/16." : null);
        Each(_authority, text => Provider(text) is null ? $"'{text}' is not the address of an OpenID provider: it begins with https:// (http:// on loopback only)." : null);
        Each(_roles, text => GroupRoles.Parse(text) is null ? $"'{text}' gives no role: write viewer=, trainer= or administrator= and the name of a group." : null);
    }

    /// <summary>Adds them to a command, and what they have to keep among themselves.</summary>
    /// <param name="command">The command.</param>
    /// <param name="port">The option with the loopback port.</param>
    public void AddTo(Command command, Option<int> port)
    {
        foreach (var option in _all)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            // What is said of a command hides what is said of its options, and each word is to be right first.
            foreach (var error in _each.Any(isWrong => isWrong(result)) ? [] : Errors(result, port))
            {
                result.AddError(error);
            }
        });
    }

    /// <summary>What was told.</summary>
    public VisitorOptions Read(ParseResult parsed) => new()
    {
        Listen = parsed.GetValue(_listen) is { } listen ? Address(listen) : null,
        Names = parsed.GetValue(_names) is { Length: > 0 } names ? [.. names.Select(Bracketed)] : [],
        CertificateFile = parsed.GetValue(_certificate),
        Proxies = parsed.GetValue(_proxies) is { Length: > 0 } proxies
            ? new TrustedProxies([.. proxies.Select(p => TrustedProxies.Parse(p)!.Value)], parsed.GetValue(_userHeader), parsed.GetValue(_groupsHeader))
            : null,
        OpenId = parsed.GetValue(_authority) is { } authority
            ? new OpenIdOptions(Provider(authority)!, parsed.GetValue(_client)!, parsed.GetValue(_secret), parsed.GetValue(_claim)!, ["profile", .. parsed.GetValue(_scopes) ?? []])
            : null,
        Groups = parsed.GetValue(_roles) is { Length: > 0 } roles ? new GroupRoles([.. roles.Select(r => GroupRoles.Parse(r)!.Value)]) : GroupRoles.None,
    };

    /// <summary>What was told, in words for the dashboard's own command line; files by their full names.</summary>
    public IReadOnlyList<string> Pass(ParseResult parsed) =>
    [
        .. from option in _all
           from token in Has(parsed.CommandResult, option) ? parsed.GetResult(option)!.Tokens : []
           select $"{option.Name}={(option == _certificate || option == _secret ? Path.GetFullPath(token.Value) : token.Value)}",
    ];

    private IEnumerable<string> Errors(CommandResult told, Option port)
    {
        var (hasProxy, hasHeader, hasProvider) = (Has(told, _proxies), Has(told, _userHeader), Has(told, _authority));
        var hasWay = hasHeader || hasProvider;
        if (Has(told, port) && Has(told, _listen))
        {
            yield return $"{_listen.Name} and {port.Name} are not named together.";
        }

        if (hasHeader != Has(told, _groupsHeader))
        {
            yield return $"{_userHeader.Name} and {_groupsHeader.Name} are named together.";
        }

        if (hasHeader && !hasProxy)
        {
            yield return $"{_userHeader.Name} needs {_proxies.Name}: from everybody else it is not believed.";
        }

        if (hasProvider != Has(told, _client))
        {
            yield return $"{_authority.Name} and {_client.Name} are named together.";
        }

        if (!hasProvider && ((Option[])[_secret, _claim, _scopes]).FirstOrDefault(o => Has(told, o)) is { } idle)
        {
            yield return $"{idle.Name} needs {_authority.Name}.";
        }

        if (hasWay != Has(told, _roles))
        {
            yield return hasWay
                ? $"{_roles.Name} is missing: without a role nobody is let in."
                : $"{_roles.Name} needs {_authority.Name}, or {_proxies.Name} with {_userHeader.Name}: by a link the token's own role comes.";
        }

        if (told.GetValue(_listen) is not { } listen || Address(listen) is not { } address || IPAddress.IsLoopback(address.Address))
        {
            yield break;
        }

        if (!hasWay)
        {
            yield return $"{_listen.Name} {listen} is for other machines, and nobody there could be told from others: name {_authority.Name}, or {_proxies.Name} with {_userHeader.Name}.";
        }

        if (!Has(told, _names))
        {
            yield return $"{_listen.Name} {listen} needs {_names.Name}: the name by which browsers reach the pages.";
        }

        if (hasProvider && !hasProxy && !Has(told, _certificate))
        {
            yield return $"People sign in over https: name {_certificate.Name}, or the {_proxies.Name} that speaks it.";
        }
    }

    private static Option<string[]> Several(string name, string description, string word) => new(name) { Description = description, HelpName = word };

    private void Each(Option option, Func<string, string?> whyNot)
    {
        IEnumerable<string> Wrong(OptionResult? told) => (told?.Tokens ?? []).Select(t => whyNot(t.Value)).OfType<string>();
        _each.Add(command => Wrong(command.GetResult(option)).Any());
        option.Validators.Add(result =>
        {
            foreach (var why in Wrong(result))
            {
                result.AddError(why);
            }
        });
    }

    private static bool Has(CommandResult told, Option option) => told.GetResult(option) is { Implicit: false };

    private static IPEndPoint? Address(string text) =>
        IPEndPoint.TryParse(text, out var address) && text.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{address.Port}"), StringComparison.Ordinal)
        && (address.Address.GetAddressBytes().Length == 4 || text.StartsWith('[')) ? address : null;

    // Of those that stand for every address, host filtering would make every name.
    private static bool IsName(string text) =>
        Uri.CheckHostName(text) != UriHostNameType.Unknown && !(IPAddress.TryParse(text, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));

    private static string Bracketed(string name) => Uri.CheckHostName(name) == UriHostNameType.IPv6 && !name.StartsWith('[') ? $"[{name}]" : name;

    private static Uri? Provider(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            ? address
            : null;
}
