using System.CommandLine;
using Hermes.Cli.Verbs;
using Hermes.Hosting.Visitors;

namespace Hermes.Cli.Tests.Verbs;

public sealed class DashboardVerbTests
{
    private const string Proxy = "--host a.example --trusted-proxy 10.0.0.1 --user-header X-User --groups-header X-Groups --role viewer=a";

    [Theory]
    [InlineData("", "http://127.0.0.1:5080/enter?code=c")]
    [InlineData("--listen 127.0.0.2:80", "http://127.0.0.2/enter?code=c")]
    [InlineData("--listen [::1]:7000", "http://[::1]:7000/enter?code=c")]
    [InlineData($"--listen 0.0.0.0:8080 {Proxy}", "http://127.0.0.1:8080/enter?code=c")]
    [InlineData($"--listen 10.0.0.2:8080 {Proxy}", "https://a.example/enter?code=c")]
    [InlineData($"--listen 0.0.0.0:8443 --page-certificate-file a.pem {Proxy}", "https://a.example:8443/enter?code=c")]
    [InlineData("--page-certificate-file a.pem", "https://127.0.0.1:5080/enter?code=c")]
    public void A_link_leads_to_where_the_pages_are(string told, string link)
    {
        var (words, port, command) = (new VisitorWords(), new Option<int>("--port"), new Command("any"));
        words.AddTo(command, port);
        var parsed = command.Parse(told);
        Assert.Empty(parsed.Errors);

        Assert.Equal(link, DashboardVerb.Link(DashboardVerb.Pages(words.Read(parsed), 5080), "c"));
    }
}
