using System.Runtime.CompilerServices;
using Hermes.Dashboard.Datasets;
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

    private ScriptedDashboard(TestRunReader runs, TestDatasetReader? datasets)
    {
        var token = AccessToken.NewText();
        var builder = DashboardHost.CreateBuilder(new DashboardOptions { Port = 0, TokenFile = _folder.File("token", token) });
        builder.Services.AddSingleton<IRunReader>(runs).AddSingleton<IPlatformReader>(Platform);
        if (datasets is not null)
        {
            builder.Services.AddSingleton<IDatasetReader>(datasets);
        }

        _app = DashboardHost.Build(builder);
        Entry = $"{AccessToken.EntryPath}?code={AccessToken.Of(token)!.SignEntry(TimeProvider.System.GetUtcNow())}";
    }

    /// <summary>The platform around the run.</summary>
    public NothingUnderWay Platform { get; } = new();

    private string Entry { get; }

    /// <summary>Starts one, and a browser that it let in.</summary>
    public static async Task<(ScriptedDashboard Dashboard, LocalChromium Browser)> StartAsync(TestRunReader runs, TestDatasetReader? datasets = null)
    {
        var dashboard = new ScriptedDashboard(runs, datasets);
        await dashboard._app.StartAsync();
        var pages = new Uri(dashboard._app.Urls.First());
        return (dashboard, await LocalChromium.EnterAsync(pages, new Uri(pages, dashboard.Entry)));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A platform on which nothing is under way, while it is there.</summary>
    internal sealed class NothingUnderWay : IPlatformReader
    {
        private CancellationTokenSource _going = new();

        /// <summary>Why nobody answers while it is away.</summary>
        public PlatformAbsentException Absence { get; } = new("10.0.0.7:5081", new IOException("Nobody is there."));

        /// <summary>Whether it is away.</summary>
        public bool IsAway
        {
            get => _going.IsCancellationRequested;
            set
            {
                if (value)
                {
                    _going.Cancel();
                }
                else
                {
                    _going = new CancellationTokenSource();
                }
            }
        }

        public Task<PlatformContents> ReadAsync(bool isAnew, CancellationToken cancellationToken) =>
            IsAway ? Task.FromException<PlatformContents>(Absence) : Task.FromResult(new PlatformContents([], [], 0, 0));

        public async IAsyncEnumerable<PlatformChanges> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_going.Token, cancellationToken);
            either.Token.ThrowIfCancellationRequested();
            yield return PlatformChanges.Everything;
            await Task.Delay(Timeout.Infinite, either.Token);
        }
    }
}
