using System.CommandLine;
using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Hosting.Visitors;

namespace Hermes.Dashboard;

/// <summary>The words on the dashboard's command line.</summary>
internal static class DashboardCommand
{
    private const string Description =
        """
        The web application of a Hermes platform: what it is doing now, in a browser. A link that 'hermes dashboard' prints lets in who has its token.
        Others come by a web server that says who they are, or by signing in at an OpenID provider.

        Examples:
          hermes-dashboard                                   pages at http://127.0.0.1:5080 for the platform at 127.0.0.1:5081
          hermes-dashboard --address 127.0.0.1:7000 --port 7001
          hermes-dashboard --trusted-proxy 127.0.0.1 --host hermes.example.org --user-header X-User --groups-header X-Groups --role viewer=staff
          hermes-dashboard --listen 0.0.0.0:8443 --host hermes.example.org --page-certificate-file pages.pem
            --openid-authority https://login.example.org --openid-client hermes --openid-secret-file client.secret --role trainer=radiology
        """;

    public static Command Create(Func<DashboardOptions, ParseResult, CancellationToken, Task<int>> run)
    {
        var address = new Option<string>("--address")
        {
            Description = "Where the platform answers.",
            HelpName = "HOST:PORT",
            DefaultValueFactory = _ => PlatformDescription.DefaultAddress,
        };
        var token = new Option<string?>("--token-file") { Description = $"The platform's access token; {AccessToken.FileName} in the default data directory when not given.", HelpName = "FILE" };
        var certificate = FileOption(TlsFileOptions.Certificate, TlsFileOptions.CertificateHelp, TlsFileOptions.CertificateVariable);
        var authority = FileOption(TlsFileOptions.Authority, TlsFileOptions.AuthorityHelp, TlsFileOptions.AuthorityVariable);
        var port = new Option<int>("--port")
        {
            Description = "The loopback port of the pages; 0 takes a free one.",
            HelpName = "PORT",
            DefaultValueFactory = _ => PlatformDescription.DefaultDashboardPort,
        };
        address.Validators.Add(result =>
        {
            try
            {
                PlatformAddress.ParseList(result.GetValueOrDefault<string>()!);
            }
            catch (HermesException wrong)
            {
                result.AddError($"{wrong.Message} {wrong.Hint}");
            }
        });
        port.AcceptOnly(0, ushort.MaxValue);
        var command = new RootCommand(Description) { address, token, certificate, authority, port }.EndingWithParent();
        command.Validators.Add(result =>
        {
            if (result.GetValue(certificate) is null != result.GetValue(authority) is null)
            {
                result.AddError($"{TlsFileOptions.Certificate} and {TlsFileOptions.Authority} are named together.");
            }
        });
        var visitors = new VisitorWords();
        visitors.AddTo(command, port);
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = new DashboardOptions
            {
                Address = string.Join(',', PlatformAddress.ParseList(parsed.GetRequiredValue(address))),
                TokenFile = parsed.GetValue(token) ?? Path.Combine(DataHome.Choose(null), AccessToken.FileName),
                Tls = TlsFiles.Of(parsed.GetValue(certificate), parsed.GetValue(authority)),
                Port = parsed.GetRequiredValue(port),
                Visitors = visitors.Read(parsed),
            };
            return run(options, parsed, cancellationToken);
        });
        return command;
    }

    private static Option<string?> FileOption(string name, string description, string variable) => new(name)
    {
        Description = description,
        HelpName = "FILE",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } told ? told : null,
    };
}
