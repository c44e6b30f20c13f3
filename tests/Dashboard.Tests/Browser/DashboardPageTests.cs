using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;

namespace Hermes.Dashboard.Tests.Browser;

public sealed partial class DashboardPageTests
{
    public static IEnumerable<object[]> Templates =>
        typeof(DashboardHost).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes(typeof(RouteAttribute), inherit: false)).Cast<RouteAttribute>()
            .Select(r => r.Template).Order(StringComparer.Ordinal).Select(template => new object[] { template });

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_page_is_looked_at(string template)
    {
        var route = new Regex($"^{Rest().Replace(Segment().Replace(template, "[^/]+"), ".+")}$");

        Assert.Contains(DashboardPage.All, page => route.IsMatch($"/{page.Route.Split('?')[0]}"));
    }

    [GeneratedRegex(@"\{[^*}]+\}")]
    private static partial Regex Segment();

    [GeneratedRegex(@"\{\*[^}]+\}")]
    private static partial Regex Rest();
}
