using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Hermes.Grains.Interfaces.Runs;
using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>A run that is under way, as somebody follows it.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class RunDetailTests(SharedDashboard shared)
{
    [SkippableFact]
    public async Task A_run_is_followed_live_looked_at_closely_and_cancelled()
    {
        const string Run = "followed";
        await using var run = await LongRun.StartAsync(shared.Client, Run);
        var page = await shared.NewPageAsync();
        var record = new PageRecord(page, shared.Platform.Pages);
        await page.GotoAsync($"runs/{Run}");
        await HasMoreThanAsync(page, 10);
        await page.EvaluateAsync("() => { window.isTheSame = true; }");
        var before = await PointsAsync(page);
        await HasMoreThanAsync(page, before);

        // What is above the chart may grow while the mouse is on its way.
        for (var tries = 0; !page.Url.Contains("from=", StringComparison.Ordinal); tries++)
        {
            Assert.True(tries < 10, "The chart cannot be looked at closely.");
            await DragAsync(page, from: 0.2, to: 0.6);
            await Task.Delay(500);
        }

        Assert.Contains("to=", page.Url, StringComparison.Ordinal);
        var address = page.Url;
        var steps = await StepAsync(page);
        await page.WaitForFunctionAsync("before => parseInt(document.querySelector('.hermes-progress .hermes-count').textContent.replace(',', '')) > before + 3", steps);
        Assert.Equal(address, page.Url);
        Assert.True(await page.EvaluateAsync<bool>("() => window.isTheSame === true"), "The page was loaded again.");

        await page.GetByText("All steps").ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("from="));
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel the run" }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Cancel the run" }).ClickAsync();
        await Assertions.Expect(page.GetByText("CANCELLED").First).ToBeVisibleAsync();

        Assert.Equal(RunState.Cancelled, (await shared.Client.Runs.GetAsync(Run)).State);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume the run" })).ToBeVisibleAsync();
        Assert.Empty(record.Troubles);
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_page_whose_connection_was_lost_says_so_and_has_every_step_of_the_run_when_it_is_back()
    {
        const string Run = "unwatched";
        await using var run = await LongRun.StartAsync(shared.Client, Run);
        var page = await shared.NewPageAsync();
        var sockets = new ConcurrentQueue<(IWebSocketRoute Page, IWebSocketRoute Server)>();
        await page.RouteWebSocketAsync(new Regex("_blazor"), socket => sockets.Enqueue((socket, socket.ConnectToServer())));
        await page.GotoAsync($"runs/{Run}");
        await HasMoreThanAsync(page, 10);
        await page.EvaluateAsync("() => { window.isTheSame = true; }");

        // A browser that is offline opens nothing; what is open stays.
        await page.Context.SetOfflineAsync(true);
        foreach (var (browser, server) in sockets)
        {
            await server.CloseAsync();
            await browser.CloseAsync(new() { Code = 1011 });
        }

        await Assertions.Expect(page.GetByText("The dashboard does not answer; trying again")).ToBeVisibleAsync();
        var seen = await PointsAsync(page);
        await shared.Client.Runs.CancelAsync(Run);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var ended = await shared.Client.Runs.FollowAsync(Run, null, patience.Token);
        await page.Context.SetOfflineAsync(false);

        // The loss and its two parts, of every step.
        await Assertions.Expect(page.Locator(DashboardPage.Loss)).ToHaveAttributeAsync("data-points", $"{3 * ended.Step}");
        Assert.True(seen < 3 * ended.Step, "The run did not go on.");
        await Assertions.Expect(page.GetByText("The dashboard does not answer; trying again")).Not.ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("CANCELLED").First).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("() => window.isTheSame === true"), "The page was loaded again.");
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_curve_that_is_hidden_in_a_legend_is_hidden_for_whoever_gets_the_address()
    {
        var page = await shared.NewPageAsync();
        await page.GotoAsync($"runs/{SharedDashboard.Completed}");
        await Name(page, "segmentation").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"\?hide=segmentationLoss$"));
        await Name(page, "all").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"\?hide=segmentationLoss&hide=loss$"));
        await Axe.AssertNothingAsync(page);

        var other = await shared.NewPageAsync();
        await other.GotoAsync(page.Url);

        await Assertions.Expect(other.Locator($"{DashboardPage.Loss} .u-series.u-off")).ToHaveTextAsync([new Regex("^all"), new Regex("^segmentation")]);
        await Assertions.Expect(Name(other, "all")).ToHaveAttributeAsync("aria-pressed", "false");
        await Name(other, "all").ClickAsync();
        await Assertions.Expect(other).ToHaveURLAsync(new Regex(@"\?hide=segmentationLoss$"));
        await Assertions.Expect(Name(other, "all")).ToHaveAttributeAsync("aria-pressed", "true");
        await Task.WhenAll(page.CloseAsync(), other.CloseAsync());

        static ILocator Name(IPage page, string curve) => page.Locator(DashboardPage.Loss).GetByRole(AriaRole.Button, new() { Name = curve, Exact = true });
    }

    private static async Task DragAsync(IPage page, double from, double to)
    {
        var box = (await page.Locator($"{DashboardPage.Loss} .u-over").BoundingBoxAsync())!;
        var y = box.Y + (box.Height / 2);
        await page.Mouse.MoveAsync((float)(box.X + (from * box.Width)), y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync((float)(box.X + (to * box.Width)), y, new() { Steps = 4 });
        await page.Mouse.UpAsync();
    }

    private static async Task HasMoreThanAsync(IPage page, int points) =>
        await page.WaitForFunctionAsync("([chart, points]) => (document.querySelector(chart)?.dataset.points ?? 0) > points", new object[] { DashboardPage.Loss, points });

    private static async Task<int> PointsAsync(IPage page) =>
        int.Parse((await page.GetAttributeAsync(DashboardPage.Loss, "data-points"))!, CultureInfo.InvariantCulture);

    private static async Task<int> StepAsync(IPage page) =>
        int.Parse((await page.Locator(".hermes-progress .hermes-count").First.InnerTextAsync()).Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
