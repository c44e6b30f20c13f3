using System.Globalization;
using System.Threading.Channels;
using Hermes.Dashboard.Tests.Runs;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>Many people look at one run, each in a browser of their own. The limit is that of a quiet machine of two cores; a few have five times as long.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class ManyViewersTests(ITestOutputHelper output)
{
    private const int LimitMs = 1_000;
    private const int Known = 20;
    private const int News = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Tells when the chart first had so many points. Pages that looked at every frame would be busy with that, and fifty of them measure themselves.
    private const string Watch =
        """
        chart => {
          const place = document.querySelector(chart);
          const seen = {};
          const first = points => seen[points] ??= Promise.withResolvers();
          window.whenSeen = points => first(points).promise;
          new MutationObserver(() => first(place.dataset.points).resolve(Date.now())).observe(place, { attributes: true });
        }
        """;

    [SkippableFact]
    public Task A_few_viewers_of_a_run_are_one_to_the_platform_and_see_the_same() => FollowAsync(4, 5 * LimitMs);

    [SkippableFact]
    [Trait("Length", "Long")]
    public Task Fifty_viewers_of_a_run_are_one_to_the_platform_and_see_the_same() => FollowAsync(50, LimitMs);

    private async Task FollowAsync(int viewers, double limit)
    {
        var reader = new TestRunReader();
        reader.Status = TestRun.Status(RunState.Running, TestRun.Stretch(reader, 1, Known));
        var (dashboard, browser) = await ScriptedDashboard.StartAsync(reader);
        await using var ends = dashboard;
        await using var closes = browser;
        var pages = new List<IPage>();
        for (var viewer = 0; viewer < viewers; viewer++)
        {
            pages.Add(await browser.NewPageAsync());
            await pages[^1].GotoAsync($"runs/{TestRun.Name}");
            await HasAsync(pages[^1], Known);
        }

        await AllAsync(page => page.EvaluateAsync(Watch, DashboardPage.Loss));
        Assert.Single(reader.Listened);

        var took = new List<double>();
        for (var step = Known + 1; step <= Known + News; step++)
        {
            var seeing = Task.WhenAll(pages.Select(page => page.EvaluateAsync<double>("points => window.whenSeen(points)", step)));
            var since = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            Assert.True(reader.Story.Writer.TryWrite(TestRun.Trains(step, step, step)));
            var seen = await seeing.WaitAsync(Patience);
            took.Add(seen.Max() - since);
        }

        var told = string.Join(", ", took.Select(ms => string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms")));
        output.WriteLine($"{viewers} viewers, the last of them after: {told}");
        Assert.Single(reader.Listened);
        await AllAsync(page => SaysAsync(page, Known + News));

        // The connection is lost, and the run goes on for ten steps that nobody hears of.
        dashboard.Platform.IsAway = true;
        reader.Failure = dashboard.Platform.Absence;
        var broken = reader.Story;
        reader.Story = Channel.CreateUnbounded<ProgressEvent>();
        broken.Writer.Complete(dashboard.Platform.Absence);
        await AllAsync(page => Assertions.Expect(page.GetByText("No platform").First).ToBeVisibleAsync());
        reader.Status = TestRun.Status(RunState.Running, TestRun.Stretch(reader, 1, Known + (2 * News)));
        (reader.Failure, dashboard.Platform.IsAway) = (null, false);

        await AllAsync(page => HasAsync(page, Known + (2 * News)));
        Assert.True(reader.Story.Writer.TryWrite(TestRun.Trains(100, Known + (2 * News) + 1, 1)));
        await AllAsync(page => HasAsync(page, Known + (2 * News) + 1));
        Assert.Equal(2, reader.Listened.Count);
        await AllAsync(page => SaysAsync(page, 1));
        Assert.True(took.Order().ElementAt(News / 2) < limit, told);

        Task AllAsync(Func<IPage, Task> act) => Task.WhenAll(pages.Select(act));
    }

    private static Task SaysAsync(IPage page, int loss) =>
        Assertions.Expect(page.Locator(DashboardPage.Loss)).ToHaveAttributeAsync("aria-label", $"all {loss}");

    private static async Task HasAsync(IPage page, int points) => await page.WaitForFunctionAsync(
        "([chart, points]) => document.querySelector(chart)?.dataset.points === `${points}`", new object[] { DashboardPage.Loss, points });
}
