using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hermes.Dashboard.Tests.Runs;
using Hermes.Grains.Interfaces.Runs;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>Pages of runs that are larger than any test could train. The limits are those of a quiet machine of two cores; a tenth of the size has five times as long.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class RunsAtScaleTests(ITestOutputHelper output)
{
    private const int Stretch = 5_000;
    private const double LimitMs = 1_000;

    [SkippableFact]
    public Task A_run_of_a_hundred_thousand_points_is_drawn_and_exact_when_looked_at_closely() => DrawAsync(100_000, 5 * LimitMs);

    [SkippableFact]
    [Trait("Length", "Long")]
    public Task A_run_of_a_million_points_is_drawn_and_exact_when_looked_at_closely() => DrawAsync(1_000_000, LimitMs);

    [SkippableFact]
    public Task The_page_of_a_run_with_many_numbers_is_shown() => ShowAsync(1_200, 5 * LimitMs);

    [SkippableFact]
    [Trait("Length", "Long")]
    public Task The_page_of_a_run_with_twelve_thousand_numbers_is_shown() => ShowAsync(12_000, LimitMs);

    private async Task DrawAsync(int points, double limit)
    {
        var reader = new TestRunReader();
        reader.Status = TestRun.Status(
            RunState.Completed,
            [.. Enumerable.Range(0, points / Stretch).Select(i => TestRun.Stretch(reader, (i * Stretch) + 1, (i + 1) * Stretch, Lines((i * Stretch) + 1, Stretch)))]);
        var took = await OpenAnewAsync(reader, async page =>
        {
            Assert.InRange(await PointsAsync(page), 500, 4_000);
            await page.GotoAsync($"runs/{TestRun.Name}?from={points / 2}&to={(points / 2) + 299}");
            await page.WaitForFunctionAsync($"() => document.querySelector(`{DashboardPage.Loss}`)?.dataset.points === '300'");
        });

        IsWithin(limit, took, $"{points} points");
    }

    private async Task ShowAsync(int names, double limit)
    {
        var reader = new TestRunReader();
        var text = new StringBuilder();
        for (var step = 1; step <= 5; step++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"step\":{step},\"loss\":{1.0 / step}}}\n{{\"step\":{step},\"validation\":{{\"meanDice\":0.5,\"tasks\":[");
            text.AppendJoin(',', Enumerable.Range(0, names).Select(i => $"{{\"task\":\"set/part{i}\",\"dice\":0.{i % 10},\"cases\":3}}")).Append("]}}\n");
        }

        reader.Status = TestRun.Status(RunState.Completed, TestRun.Stretch(reader, 1, 5, text.ToString()));
        var took = await OpenAnewAsync(reader, async page =>
        {
            await page.GotoAsync($"runs/{TestRun.Name}?metric=dice%2Fset%2Fpart{names - 1}");
            await page.WaitForFunctionAsync($"() => document.querySelector('[data-chart=\"dice/set/part{names - 1}\"]')?.dataset.points === '5'");
        });

        IsWithin(limit, took, $"{names} numbers");
    }

    // Three times, each at a dashboard that has not read the run before; of a busy machine the middle one tells.
    private static async Task<IReadOnlyList<double>> OpenAnewAsync(TestRunReader reader, Func<IPage, Task> look)
    {
        var took = new List<double>();
        for (var time = 0; time < 3; time++)
        {
            var (dashboard, browser) = await ScriptedDashboard.StartAsync(reader);
            await using var ends = dashboard;
            await using var closes = browser;
            var page = await WarmAsync(browser);

            took.Add(await OpenAsync(page, $"runs/{TestRun.Name}"));
            await look(page);
        }

        return took;
    }

    private void IsWithin(double limit, IReadOnlyList<double> took, string what)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {took[0]:0}, {took[1]:0} and {took[2]:0} ms"));
        Assert.InRange(took.Order().ElementAt(1), 0, limit);
    }

    // What every page needs, the browser has then.
    private static async Task<IPage> WarmAsync(LocalChromium browser)
    {
        var page = await browser.NewPageAsync();
        await page.GotoAsync("compare");
        await Assertions.Expect(page.GetByText("Name up to")).ToBeVisibleAsync();
        return page;
    }

    private static async Task<double> OpenAsync(IPage page, string address)
    {
        var watch = Stopwatch.StartNew();
        await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.Commit });
        await page.SeeAsync(DashboardPage.Drawn);
        return watch.Elapsed.TotalMilliseconds;
    }

    private static async Task<int> PointsAsync(IPage page) => int.Parse((await page.GetAttributeAsync(DashboardPage.Loss, "data-points"))!, CultureInfo.InvariantCulture);

    private static string Lines(int first, int count)
    {
        var random = new Random(first);
        return string.Join('\n', Enumerable.Range(first, count).Select(step => string.Create(CultureInfo.InvariantCulture, $$"""{"step":{{step}},"loss":{{random.NextDouble()}}}""")));
    }
}
