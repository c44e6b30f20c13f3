using System.Runtime.CompilerServices;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Runs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>The real dashboard before a platform that says what a test wants it to say: of a size that no test could make in time.</summary>
internal sealed class ScriptedDashboard : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private ScriptedDashboard(TestRunReader runs)
    {
        var token = AccessToken.NewText();
        var builder = DashboardHost.CreateBuilder(new DashboardOptions { Port = 0, TokenFile = _folder.File("token", token) });
        builder.Services.AddSingleton<IRunReader>(runs).AddSingleton<IPlatformReader, NothingUnderWay>();
        _app = DashboardHost.Build(builder);
        Entry = $"{AccessToken.EntryPath}?code={AccessToken.Of(token)!.SignEntry(TimeProvider.System.GetUtcNow())}";
    }

    private string Entry { get; }

    /// <summary>Starts one, and a browser that it let in.</summary>
    public static async Task<(ScriptedDashboard Dashboard, LocalChromium Browser)> StartAsync(TestRunReader runs)
    {
        var dashboard = new ScriptedDashboard(runs);
        await dashboard._app.StartAsync();
        var pages = new Uri(dashboard._app.Urls.First());
        return (dashboard, await LocalChromium.EnterAsync(pages, new Uri(pages, dashboard.Entry)));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class NothingUnderWay : IPlatformReader
    {
        public Task<PlatformContents> ReadAsync(bool isAnew, CancellationToken cancellationToken) => Task.FromResult(new PlatformContents([], [], 0, 0));

        public async IAsyncEnumerable<PlatformChanges> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return PlatformChanges.Everything;
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
