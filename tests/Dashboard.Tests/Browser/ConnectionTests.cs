using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>What people see while the silo or the dashboard is away, and when it is back.</summary>
// One after the other with those of the shared platform: two cores are few.
[Collection(SharedDashboardCollection.Name)]
public sealed class ConnectionTests(LivePlatform platform) : IClassFixture<LivePlatform>
{
    private const string Empty = "There is no dataset yet";

    [SkippableFact]
    public async Task A_page_says_that_the_silo_is_away_and_heals_without_being_loaded_again()
    {
        await using var chromium = await LocalChromium.EnterAsync(platform);
        var page = await OpenAsync(chromium);
        await page.EvaluateAsync("() => { window.isTheSame = true; }");

        await platform.KillSiloAsync();
        await ShowsAsync(page, "This page goes on by itself as soon as the platform answers.");
        await ShowsAsync(page, "No platform");
        await platform.StartSiloAsync();
        await ShowsAsync(page, Empty);

        await ShowsAsync(page, "Live");
        Assert.True(await page.EvaluateAsync<bool>("() => window.isTheSame === true"), "The page was loaded again.");
    }

    [SkippableFact]
    public async Task A_page_comes_back_to_a_new_dashboard_and_says_how_to_enter_it()
    {
        await using var chromium = await LocalChromium.EnterAsync(platform);
        var page = await OpenAsync(chromium);

        await platform.KillDashboardAsync();
        await ShowsAsync(page, "The dashboard does not answer; trying again");
        await platform.StartDashboardAsync();
        await ShowsAsync(page, "./hermes dashboard");

        await ShowsAsync(page, "prints a link that opens them");
        await Axe.AssertNothingAsync(page);
        await page.GotoAsync(platform.Entry.ToString());
        await ShowsAsync(page, Empty);
    }

    // A page is dark once it lives: before that it has no connection that could break.
    private static async Task<IPage> OpenAsync(LocalChromium chromium)
    {
        var page = await chromium.NewPageAsync(ColorScheme.Dark);
        await page.GotoAsync("");
        await page.WaitForFunctionAsync(PagesTests.IsPaintedAsTheSystemIs);
        await ShowsAsync(page, Empty);
        return page;
    }

    private static Task ShowsAsync(IPage page, string text) =>
        Assertions.Expect(page.GetByText(text).First).ToBeVisibleAsync();
}
