using Hermes.Grains.Interfaces.Access;

namespace Hermes.Dashboard.Tests.Security;

/// <summary>A dashboard that believes a proxy at 127.0.0.3, and nobody else, who asks.</summary>
public sealed class ProxyDashboard : IAsyncLifetime
{
    public const string Proxy = "127.0.0.3";

    internal StartedDashboard Dashboard { get; private set; } = null!;

    internal static Task<StartedDashboard> StartAsync(Bearer bearer, params IEnumerable<string> more) => StartedDashboard.StartAsync(
        bearer,
        ["--trusted-proxy", Proxy, "--host", "hermes.example.org", "--user-header", "X-User", "--groups-header", "X-Groups",
            "--role", "viewer=staff", "--role", "trainer=radiology", "--role", "administrator=it", .. more]);

    public async Task InitializeAsync() => Dashboard = await StartAsync(Bearer.Platform, "--port", "0");

    public async Task DisposeAsync() => await Dashboard.DisposeAsync();
}
