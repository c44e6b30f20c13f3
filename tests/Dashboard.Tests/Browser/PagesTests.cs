using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>Every page in a real browser, on a desk and on a tablet, in light and dark.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed partial class PagesTests(SharedDashboard shared)
{
    /// <summary>Names the folder into which the pictures of the pages go; none are taken where it is not set.</summary>
    private const string PicturesVariable = "HERMES_TEST_SCREENSHOTS";

    // The tests' port and folder are others every time.
    private const string AsPeopleSeeIt =
        """
        () => {
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            texts.currentNode.data = texts.currentNode.data.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:5081").replace(/\S*\/hermes-tests-\w+\//, "scans/");
          }
        }
        """;

    // The palette is chosen once the page has asked the browser.
    internal const string IsPaintedAsTheSystemIs =
        """
        () => {
          const background = getComputedStyle(document.documentElement).getPropertyValue("--mud-palette-background");
          return matchMedia("(prefers-color-scheme: dark)").matches === /^rgba?\(\s*\d{1,2},/.test(background);
        }
        """;

    // In seconds.
    private const string LongestMotion = "() => Math.max(...[...document.querySelectorAll('*')].map(one => parseFloat(getComputedStyle(one).transitionDuration)))";

    public static IEnumerable<object[]> Views =>
        from page in DashboardPage.All
        from view in new[] { (ColorScheme.Light, LocalChromium.Wide), (ColorScheme.Dark, LocalChromium.Narrow) }
        select new object[] { page.Route, view.Item1, view.Item2 };

    public static IEnumerable<object[]> OtherViews =>
        from page in DashboardPage.All
        from view in new[] { (ColorScheme.Dark, LocalChromium.Wide), (ColorScheme.Light, LocalChromium.Narrow) }
        select new object[] { page.Route, view.Item1, view.Item2 };

    [SkippableTheory]
    [MemberData(nameof(Views))]
    public Task A_page_says_what_it_should_and_shuts_nobody_out(string route, ColorScheme colours, int width) => LookAsync(route, colours, width);

    [SkippableTheory]
    [MemberData(nameof(OtherViews))]
    [Trait("Length", "Long")]
    public Task So_it_does_in_the_other_colours_and_sizes(string route, ColorScheme colours, int width) => LookAsync(route, colours, width);

    [SkippableFact]
    public async Task What_shuts_people_out_is_found()
    {
        var page = await shared.NewPageAsync();
        await page.SetContentAsync("<!doctype html><title>A picture that nobody hears of</title><img src='data:,'>");

        Assert.Contains(await Axe.ViolationsAsync(page), v => v.StartsWith("image-alt", StringComparison.Ordinal));
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task Whoever_wants_little_motion_gets_none()
    {
        var page = await shared.NewPageAsync();
        await page.GotoAsync($"runs/{SharedDashboard.Completed}");
        await Assertions.Expect(page.GetByRole(AriaRole.Progressbar).First).ToBeVisibleAsync();

        Assert.InRange(await page.EvaluateAsync<double>(LongestMotion), 0, 0.001);
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.NoPreference });
        Assert.InRange(await page.EvaluateAsync<double>(LongestMotion), 0.1, 1);
        await page.CloseAsync();
    }

    [Fact]
    public void Every_picture_in_the_documents_is_there_and_is_of_a_page()
    {
        var named =
            from document in Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md"))
            from match in Image().Matches(File.ReadAllText(document))
            select Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, match.Groups[1].Value));
        var images = Path.Combine(Repository.Root, "docs", "images");

        Assert.NotEmpty(named);
        Assert.All(named, file => Assert.True(File.Exists(file), file));
        Assert.Empty(named.Except(DashboardPage.Pictures.Select(name => Path.Combine(images, name))));
    }

    private async Task LookAsync(string route, ColorScheme colours, int width)
    {
        var expected = DashboardPage.All.Single(p => p.Route == route);
        var page = await shared.NewPageAsync(colours, width);
        var record = new PageRecord(page, shared.Platform.Pages);

        await page.GotoAsync(shared.AddressOf(route));
        foreach (var text in expected.Texts)
        {
            await Assertions.Expect(page.GetByText(text).First).ToBeVisibleAsync();
        }

        await Assertions.Expect(page).ToHaveTitleAsync(expected.Title);
        await page.WaitForFunctionAsync(IsPaintedAsTheSystemIs);
        await Assertions.Expect(page.Locator(expected.Complete ?? "body")).ToBeVisibleAsync();

        // A piece of a tag that the page wrote is text in a browser, though as a string it looks whole.
        Assert.DoesNotContain("\">", await page.Locator("body").InnerTextAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("download>", await page.Locator("body").InnerTextAsync(), StringComparison.Ordinal);
        await TakePictureAsync(page, expected, colours, width);
        await Axe.AssertNothingAsync(page);
        Assert.Empty(record.Troubles);
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window.");
        await page.CloseAsync();
    }

    private static async Task TakePictureAsync(IPage page, DashboardPage expected, ColorScheme colours, int width)
    {
        if (Environment.GetEnvironmentVariable(PicturesVariable) is not { Length: > 0 } folder
            || expected.Picture is null || width != LocalChromium.Wide || (colours == ColorScheme.Dark && !expected.AlsoDark))
        {
            return;
        }

        await page.EvaluateAsync(AsPeopleSeeIt);
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, colours == ColorScheme.Dark ? $"{expected.Picture}-dark.png" : $"{expected.Picture}.png") });
    }

    [GeneratedRegex(@"!\[[^\]]*\]\(([^)\s]+)")]
    private static partial Regex Image();
}
