using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>dashboard</c>.</summary>
internal static class DashboardVerb
{
    public static VerbCommand Create() => new VerbCommand(
        "dashboard",
        $"Prints a link that opens the dashboard of the platform in a browser of this machine: for one browser, within {AccessToken.EntryLifetime.TotalMinutes:0} minutes. That browser is known for 12 hours.",
        "hermes dashboard",
        "hermes dashboard --dashboard-port 8080 --address 127.0.0.1:7000") { ServeVerb.DashboardPort }.Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var code = client.SignEntry() ?? throw new HermesException($"The platform at {context.PlatformAddress} has no access token; its dashboard opens without a link.");
        var link = Link(context.Get(ServeVerb.DashboardPort), code);
        context.Output.Result(new { Link = link }, console => console.WriteLine(link));
        return ExitCodes.Success;
    });

    /// <summary>The address that lets a browser in.</summary>
    public static string Link(int port, string code) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{AccessToken.EntryPath}?code={code}");
}
