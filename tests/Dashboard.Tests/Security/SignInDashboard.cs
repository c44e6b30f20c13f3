using Hermes.Grains.Interfaces.Access;

namespace Hermes.Dashboard.Tests.Security;

/// <summary>A dashboard at which people sign in, by itself or behind a proxy on this machine that speaks https.</summary>
public sealed class SignInDashboard : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal TestOpenIdProvider Provider { get; private set; } = null!;

    internal StartedDashboard Dashboard { get; private set; } = null!;

    internal Task<StartedDashboard> StartAsync(string? authority = null) => StartedDashboard.StartAsync(
        Bearer.Platform,
        ["--port", "0", "--openid-authority", authority ?? Provider.Issuer, "--openid-client", TestOpenIdProvider.ClientId,
            "--openid-secret-file", _folder.File("secret", TestOpenIdProvider.Secret), "--openid-scope", "groups", "--trusted-proxy", "127.0.0.3", "--host", "hermes.example.org",
            "--role", "viewer=staff", "--role", "trainer=radiology", "--role", "trainer=CN=Oncology,OU=Clinics", "--role", "administrator=it"]);

    public async Task InitializeAsync()
    {
        Provider = await TestOpenIdProvider.StartAsync();
        Dashboard = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await Dashboard.DisposeAsync();
        await Provider.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();
}
