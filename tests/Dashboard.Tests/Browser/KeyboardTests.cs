using System.Text;
using Hermes.Dashboard.Components.Parts;
using Hermes.Dashboard.Volumes;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>The pages for somebody who has no mouse.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class KeyboardTests(SharedDashboard shared)
{
    // What a screen reader would call what has the focus, for what is on the way here.
    private const string Focused = "() => document.activeElement.ariaLabel ?? document.activeElement.innerText.trim()";

    [SkippableFact]
    public async Task A_run_is_found_and_cancelled_with_keys_alone()
    {
        const string Run = "typed";
        const string Cancel = "Cancel the run";
        await using var run = await LongRun.StartAsync(shared.Client, Run);
        var page = await shared.NewPageAsync();
        await page.GotoAsync("");
        await HasFocusAsync(page, "Overview");

        await EnterAsync(page, "Runs");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Runs");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = Run, Exact = true })).ToBeVisibleAsync();
        await EnterAsync(page, Run);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(Run);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = Cancel })).ToBeEnabledAsync();
        await Assertions.Expect(page.GetByText("RUNNING").First).ToBeVisibleAsync();

        // Whoever presses Enter twice changes nothing, and is where they were.
        await EnterAsync(page, Cancel);
        await HasFocusAsync(page, "Not now");
        await page.Keyboard.PressAsync("Enter");
        await HasFocusAsync(page, Cancel);
        Assert.Equal(RunState.Running, (await shared.Client.Runs.GetAsync(Run)).State);
        await page.Keyboard.PressAsync("Enter");
        await HasFocusAsync(page, "Not now");
        await page.Keyboard.PressAsync("Shift+Tab");
        await HasFocusAsync(page, Cancel);
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.GetByText("CANCELLED").First).ToBeVisibleAsync();
        Assert.Equal(RunState.Cancelled, (await shared.Client.Runs.GetAsync(Run)).State);
        await page.CloseAsync();
    }

    /// <summary>The page is drawn before it is connected, and whoever is quick follows a link in between.</summary>
    [SkippableFact]
    public async Task A_link_that_is_followed_before_the_page_is_connected_leads_where_it_says()
    {
        var page = await shared.NewPageAsync();
        var starts = new TaskCompletionSource();
        var followed = new TaskCompletionSource();
        await page.RouteWebSocketAsync("**/_blazor*", socket =>
        {
            var server = socket.ConnectToServer();
            socket.OnMessage(frame =>
            {
                Pass(frame, server);
                if (frame.Binary is { } bytes && Encoding.UTF8.GetString(bytes).Contains("StartCircuit", StringComparison.Ordinal))
                {
                    starts.TrySetResult();
                }
            });
            server.OnMessage(async frame =>
            {
                if (starts.Task.IsCompleted)
                {
                    await followed.Task;
                }

                Pass(frame, socket);
            });
        });
        await page.GotoAsync("");
        await starts.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await EnterAsync(page, "Runs");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Runs");
        followed.SetResult();

        await HasFocusAsync(page, "Runs");
        await Assertions.Expect(page.GetByRole(AriaRole.Search, new() { Name = "Runs" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Runs");
        await page.CloseAsync();

        static void Pass(IWebSocketFrame frame, IWebSocketRoute to)
        {
            if (frame.Binary is { } bytes)
            {
                to.Send(bytes);
            }
            else
            {
                to.Send(frame.Text!);
            }
        }
    }

    [SkippableFact]
    public async Task Keys_move_the_crosshair_of_a_case_and_the_address_says_where_it_is()
    {
        var page = await shared.NewPageAsync();
        await page.GotoAsync(Addresses.Case(Names.DatasetKey(Names.DefaultSite, SharedDashboard.Ct), SharedDashboard.CtCase)[1..]);
        await Assertions.Expect(page.Locator(DashboardPage.DrawnCase)).ToBeVisibleAsync();
        await TabToAsync(page, $"{SharedDashboard.CtCase} of {SharedDashboard.Ct}, in three planes, window Soft tissue, with its labels");

        var first = await MoveAsync(page, "ArrowLeft");
        var right = await MoveAsync(page, "ArrowLeft");
        var front = await MoveAsync(page, "ArrowUp");
        var above = await MoveAsync(page, "PageUp");
        var below = await MoveAsync(page, "PageDown");

        // The left of the screen is a patient's right. A step along one axis of a scan that lies askew moves little along the others.
        Assert.True(right.X > first.X + 0.5 && front.Y > right.Y + 0.5 && above.Z > front.Z + 0.5, $"{first}, {right}, {front}, {above}");
        Assert.Equal(right.X, above.X, 0.5);
        Assert.Equal(front.Y, above.Y, 0.5);
        Assert.Equal(front, below);
        await Assertions.Expect(page.Locator(".hermes-place")).ToContainTextAsync($"{below.Text} · ");
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task Arrows_turn_a_case_in_space_and_other_keys_scroll_the_page_as_ever()
    {
        var page = await shared.NewPageAsync();
        var record = new PageRecord(page, shared.Platform.Pages);
        await page.GotoAsync(Addresses.Case(Names.DatasetKey(Names.DefaultSite, SharedDashboard.Ct), SharedDashboard.CtCase)[1..] + "?view=space");
        await page.Locator(DashboardPage.Canvas).FocusAsync();

        // Before there is something to turn, too.
        await page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(page.Locator(DashboardPage.DrawnCase)).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".hermes-place")).ToContainTextAsync("arrows turn what is seen");
        var front = await Seen.PictureAsync(page);
        for (var turns = 0; turns < 9; turns++)
        {
            await page.Keyboard.PressAsync("ArrowLeft");
        }

        for (var looks = 0; await Seen.PictureAsync(page) == front; looks++)
        {
            Assert.True(looks < 40, "It was not turned.");
            await Task.Delay(250);
        }

        Assert.True(await IsLeftToThePageAsync("PageDown"));
        Assert.False(await IsLeftToThePageAsync("ArrowUp"));
        Assert.Empty(record.Troubles);
        await page.CloseAsync();

        Task<bool> IsLeftToThePageAsync(string key) => page.Locator(DashboardPage.Canvas).EvaluateAsync<bool>(
            "(canvas, key) => canvas.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))", key);
    }

    private static async Task EnterAsync(IPage page, string name)
    {
        await TabToAsync(page, name);
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task TabToAsync(IPage page, string name)
    {
        var passed = new List<string>();
        while (passed.LastOrDefault() != name)
        {
            Assert.True(passed.Count < 100, $"No Tab leads to '{name}', but to {string.Join(", ", passed)}.");
            await page.Keyboard.PressAsync("Tab");
            passed.Add(await page.EvaluateAsync<string>(Focused));
        }
    }

    private static async Task HasFocusAsync(IPage page, string name) => await page.WaitForFunctionAsync($"name => ({Focused})() === name", name);

    private static async Task<Place> MoveAsync(IPage page, string key)
    {
        const string At = "new URL(location.href).searchParams.get('at')";
        var before = await page.EvaluateAsync<string?>($"() => {At}");
        await page.Keyboard.PressAsync(key);
        var after = await page.WaitForFunctionAsync($"before => {At} !== before && {At}", before);
        return Place.Of(await after.JsonValueAsync<string>())!;
    }
}
