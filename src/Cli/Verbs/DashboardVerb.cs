using System.Net;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Hosting.Visitors;
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
        var link = Link(Pages(new VisitorOptions(), context.Get(ServeVerb.DashboardPort)), code);
        context.Output.Result(new { Link = link }, console => console.WriteLine(link));
        return ExitCodes.Success;
    });

    /// <summary>
    /// Where a browser of this machine finds the pages: by the name of their certificate where they have one, on the loopback where they listen there, and through the
    /// web server before them otherwise.
    /// </summary>
    public static Uri Pages(VisitorOptions visitors, int port)
    {
        var place = visitors.Listen ?? new IPEndPoint(IPAddress.Loopback, port);
        var name = visitors.Names is [var first, ..] ? first : "127.0.0.1";
        var isEverywhere = place.Address.Equals(IPAddress.Any) || place.Address.Equals(IPAddress.IPv6Any);
        return visitors.CertificateFile is not null ? new UriBuilder(Uri.UriSchemeHttps, name, place.Port).Uri
            : isEverywhere || IPAddress.IsLoopback(place.Address) ? new Uri($"http://{(isEverywhere ? new IPEndPoint(IPAddress.Loopback, place.Port) : place)}")
            : new UriBuilder(Uri.UriSchemeHttps, name).Uri;
    }

    /// <summary>The address that lets a browser in.</summary>
    public static string Link(Uri pages, string code) => $"{pages.GetLeftPart(UriPartial.Authority)}{AccessToken.EntryPath}?code={code}";
}
