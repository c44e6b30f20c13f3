using System.CommandLine;
using System.Net;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Hosting.Visitors;

namespace Hermes.Dashboard.Tests;

public sealed class DashboardCommandTests
{
    private const string Proxy = "--trusted-proxy 10.0.0.0/30 --trusted-proxy fd00::2 --user-header X-User --groups-header X-Groups --role viewer=a";
    private const string OpenId = "--openid-authority https://login.example/realm --openid-client pages --openid-secret-file secret --role viewer=a";

    [Fact]
    public async Task Without_arguments_the_usual_places_are_used() =>
        Assert.Equal(
        (new DashboardOptions { Address = "127.0.0.1:5081", TokenFile = Path.Combine(DataHome.Choose(null), AccessToken.FileName), Port = 5080 }, false),
        await ReadAsync());

    [Fact]
    public async Task Every_option_is_taken() => Assert.Equal(
        (new DashboardOptions { Address = "silo.local:7000", TokenFile = "copy", Port = 0 }, true),
        await ReadAsync("--address", "silo.local:7000", "--token-file", "copy", "--port", "0", "--exit-with-parent"));

    [Theory]
    [InlineData("--port", "65536", "--port must be from 0 to 65535.")]
    [InlineData("--port", "-1", "--port must be from 0 to 65535.")]
    [InlineData("--port", "five", "five")]
    [InlineData("--address", "nowhere", "'nowhere' is not the address of a platform.")]
    [InlineData("--address", "host:0", "'host:0' is not the address of a platform.")]
    [InlineData("--urls", "http://0.0.0.0:80", "--urls")]
    public void What_is_wrong_is_named(string option, string value, string sentence) =>
        Assert.Contains(DashboardCommand.Create((_, _, _) => Task.FromResult(0)).Parse([option, value]).Errors, e => e.Message.Contains(sentence, StringComparison.Ordinal));

    [Theory]
    [InlineData("--listen 0.0.0.0:8080", "is for other machines, and nobody there could be told from others")]
    [InlineData("--listen [::]:8080 --host a.example", "is for other machines, and nobody there could be told from others")]
    [InlineData("--listen 0.0.0.0:8080 --host a.example --trusted-proxy 10.0.0.1", "is for other machines, and nobody there could be told from others")]
    [InlineData("--listen 0.0.0.0", "'0.0.0.0' is nowhere to listen")]
    [InlineData("--listen somewhere:80", "'somewhere:80' is nowhere to listen")]
    [InlineData("--listen 127.0.0.1:80 --port 80", "--listen and --port are not named together.")]
    [InlineData($"--listen 0.0.0.0:8080 {Proxy}", "--listen 0.0.0.0:8080 needs --host")]
    [InlineData($"--listen 0.0.0.0:8080 --host a.example {OpenId}", "People sign in over https")]
    [InlineData("--host *", "'*' is not the name of a machine.")]
    [InlineData("--host 0.0.0.0", "'0.0.0.0' is not the name of a machine.")]
    [InlineData("--trusted-proxy 0.0.0.0/0", "'0.0.0.0/0' is not the address of a proxy")]
    [InlineData("--trusted-proxy proxy.example", "'proxy.example' is not the address of a proxy")]
    [InlineData("--trusted-proxy 10.0.0.1 --user-header X-User", "--user-header and --groups-header are named together.")]
    [InlineData("--user-header X-User --groups-header X-Groups --role viewer=a", "--user-header needs --trusted-proxy")]
    [InlineData("--trusted-proxy 10.0.0.1 --user-header X-User --groups-header X-Groups", "--role is missing")]
    [InlineData("--openid-authority https://a.example --role viewer=a", "--openid-authority and --openid-client are named together.")]
    [InlineData("--openid-authority https://a.example --openid-client a", "--role is missing")]
    [InlineData("--openid-authority http://a.example", "'http://a.example' is not the address of an OpenID provider")]
    [InlineData("--openid-secret-file a", "--openid-secret-file needs --openid-authority.")]
    [InlineData("--role viewer=a", "--role needs --openid-authority")]
    [InlineData("--role silo=a", "'silo=a' gives no role")]
    [InlineData("--role viewer=", "'viewer=' gives no role")]
    public void Pages_for_others_are_refused_unless_it_is_told_who_may_come(string line, string sentence) =>
        Assert.Contains(Parse(line).Errors, e => e.Message.Contains(sentence, StringComparison.Ordinal));

    [Theory]
    [InlineData($"--listen 0.0.0.0:8080 --host a.example {Proxy}")]
    [InlineData($"--listen 0.0.0.0:8443 --host a.example --page-certificate-file a.pem {OpenId}")]
    [InlineData($"--listen 10.0.0.2:8080 --host a.example --trusted-proxy 10.0.0.1 {OpenId}")]
    [InlineData($"--port 5080 {OpenId}")]
    [InlineData("--listen [::1]:5080")]
    public void Pages_for_others_are_served_when_it_is_told_who_may_come(string line) => Assert.Empty(Parse(line).Errors);

    [Fact]
    public async Task Who_may_come_is_taken()
    {
        var (options, _) = await ReadAsync($"--listen [::]:8443 --host a.example --host fd00::1 --page-certificate-file a.pem {Proxy} {OpenId} --role trainer=CN=b,OU=c".Split(' '));

        var visitors = options.Visitors;
        Assert.Equal((new IPEndPoint(IPAddress.IPv6Any, 8443), "a.pem"), (options.Place, visitors.CertificateFile));
        Assert.Equal(["a.example", "[fd00::1]"], visitors.Names);
        Assert.Equal(("X-User", "X-Groups"), (visitors.Proxies!.UserHeader, visitors.Proxies.GroupsHeader));
        Assert.Equal(["10.0.0.0/30", "fd00::2/128"], visitors.Proxies.Networks.Select(n => n.ToString()));
        Assert.Equal(("https://login.example/realm", "pages", "secret", "groups"), (visitors.OpenId!.Authority.AbsoluteUri, visitors.OpenId.ClientId, visitors.OpenId.SecretFile, visitors.OpenId.GroupsClaim));
        Assert.Equal([Role.Viewer, Role.Trainer, null], new[] { "a", "CN=b,OU=c", "A" }.Select(group => visitors.Groups.Of([group])));
        Assert.Equal(Role.Trainer, visitors.Groups.Of(["CN=b,OU=c", "a", "x"]));
    }

    [Fact]
    public async Task What_another_program_was_told_of_visitors_is_passed_on_as_it_was_meant()
    {
        var (words, port) = (new VisitorWords(), new Option<int>("--dashboard-port"));
        var other = new Command("other");
        words.AddTo(other, port);
        other.Add(port);
        var told = other.Parse([
            .. $"--listen 0.0.0.0:8443 --host a.example --host fd00::1 --page-certificate-file a.pem {Proxy} {OpenId} --openid-groups-claim roles --openid-scope roles".Split(' '),
            "--role", "trainer=CN=b, OU=c",
        ]);
        Assert.Empty(told.Errors);

        var (options, _) = await ReadAsync([.. words.Pass(told)]);

        var visitors = options.Visitors;
        Assert.Equal((new IPEndPoint(IPAddress.Any, 8443), Path.GetFullPath("a.pem")), (visitors.Listen, visitors.CertificateFile));
        Assert.Equal(["a.example", "[fd00::1]"], visitors.Names);
        Assert.Equal(["10.0.0.0/30", "fd00::2/128"], visitors.Proxies!.Networks.Select(n => n.ToString()));
        Assert.Equal((Path.GetFullPath("secret"), "roles"), (visitors.OpenId!.SecretFile, visitors.OpenId.GroupsClaim));
        Assert.Equal(["profile", "roles"], visitors.OpenId.Scopes);
        Assert.Equal([Role.Viewer, Role.Trainer], new[] { "a", "CN=b, OU=c" }.Select(group => visitors.Groups.Of([group])));
        Assert.Empty(words.Pass(other.Parse("--dashboard-port 5")));
    }

    private static ParseResult Parse(string line) => DashboardCommand.Create((_, _, _) => Task.FromResult(0)).Parse(line.Split(' '));

    private static async Task<(DashboardOptions Options, bool ExitWithParent)> ReadAsync(params string[] arguments)
    {
        var read = (new DashboardOptions(), false);
        await DashboardCommand.Create((options, parsed, _) =>
        {
            read = (options, parsed.GetValue(ParentWatch.Option));
            return Task.FromResult(0);
        }).Parse(arguments).InvokeAsync();
        return read;
    }
}
