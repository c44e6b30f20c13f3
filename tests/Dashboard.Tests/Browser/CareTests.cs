using Hermes.Client;
using Hermes.Grains.Interfaces.Scheduling;
using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>What whoever looks after a platform does in a browser, on a real one.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class CareTests(SharedDashboard shared)
{
    [SkippableFact]
    public async Task A_run_that_waits_is_held_in_the_name_of_who_is_at_the_browser_and_released()
    {
        var page = await shared.NewPageAsync();
        await page.GotoAsync($"queue?change={SharedDashboard.Waiting}");

        await DoAsync(page, "Hold");

        await Assertions.Expect(page.GetByText("Held by platform since")).ToBeVisibleAsync();
        Assert.True((await WaitingAsync()).IsHeld);

        await DoAsync(page, "Release");

        await Assertions.Expect(page.GetByText("Held by platform since")).ToHaveCountAsync(0);
        Assert.False((await WaitingAsync()).IsHeld);
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task An_event_that_is_retried_before_its_cause_is_mended_fails_once_more()
    {
        var page = await shared.NewPageAsync();
        await page.GotoAsync($"events/{SharedDashboard.FailedEvent}");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Retry" })).ToBeVisibleAsync();
        var before = Assert.Single((await shared.Client.Events.GetAsync(SharedDashboard.FailedEvent)).Failures).Times;

        await DoAsync(page, "Retry");

        var row = page.GetByRole(AriaRole.Row, new() { Name = "GrowModels" });
        await Assertions.Expect(row.GetByRole(AriaRole.Cell, new() { Name = $"{before + 1}", Exact = true })).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_token_that_is_made_is_good_and_can_be_taken_back()
    {
        var page = await shared.NewPageAsync();
        await page.GotoAsync("admin");
        await page.GetByLabel("Name of a person or service").FillAsync("bert");

        await DoAsync(page, "Make a token");

        var token = await page.Locator(".hermes-token").TextContentAsync();
        using var file = new TemporaryFolder();
        Assert.NotEmpty(await ListAsync(file.File("bert.token", token!)));

        var row = page.GetByRole(AriaRole.Row, new() { Name = "bert" });
        await row.GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();
        await row.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();

        await Assertions.Expect(row.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        Assert.NotNull(Assert.Single(await shared.Client.Access.ListAsync(), entry => entry.Name == "bert").Withdrawn);
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task Blobs_are_compared_with_their_digests()
    {
        var page = await shared.NewPageAsync();
        await page.GotoAsync("admin");

        await DoAsync(page, "Check all blobs");

        await Assertions.Expect(page.GetByText("nothing is missing or damaged.")).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    // Asked for, and confirmed.
    private static async Task DoAsync(IPage page, string what)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = what, Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = what, Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alertdialog)).ToHaveCountAsync(0);
    }

    private async Task<QueuedRun> WaitingAsync() => (await shared.Client.Queue.GetAsync()).Waiting.Single(run => run.Run == SharedDashboard.Waiting);

    private async Task<IReadOnlyList<string>> ListAsync(string tokenFile)
    {
        await using var client = await HermesClient.ConnectAsync(shared.Platform.Address, tokenFile: tokenFile);
        return [.. (await client.Datasets.ListAsync().ToListAsync()).Select(d => d.Declaration!.Name)];
    }
}
