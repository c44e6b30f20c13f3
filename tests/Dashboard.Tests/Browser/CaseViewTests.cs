using System.Text.RegularExpressions;
using Hermes.Dashboard.Components.Parts;
using Hermes.Grains.Interfaces;
using Hermes.Imaging.Pictures;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;
using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>A case on a canvas, as people see it.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed partial class CaseViewTests(SharedDashboard shared)
{
    /// <summary>The pictures of the cases of a dataset.</summary>
    internal const string OfCases = ".hermes-gallery img";

    /// <summary>The pictures of what a run found.</summary>
    internal const string OfSamples = ".hermes-strips img";

    // What a picture shows is read from the picture itself: a canvas forgets what it drew.
    private const string Look =
        """
        async picture => {
          const image = new Image();
          image.src = `data:image/png;base64,${picture}`;
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height);
          const drawing = canvas.getContext("2d");
          drawing.drawImage(image, 0, 0);
          const { data } = drawing.getImageData(0, 0, image.width, image.height);
          const seen = { Greys: 0, Colours: 0, Brightness: 0 };
          const greys = new Set();
          for (let at = 0; at < data.length; at += 4) {
            const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
            seen.Brightness += (red + green + blue) / 3 / (data.length / 4);
            if (Math.max(red, green, blue) - Math.min(red, green, blue) > 24) seen.Colours++; else greys.add(red);
          }
          return { ...seen, Greys: greys.size };
        }
        """;

    private static readonly string Address = Addresses.Case(Names.DatasetKey(Names.DefaultSite, SharedDashboard.Ct), SharedDashboard.CtCase)[1..];

    [SkippableFact]
    public async Task A_case_is_drawn_and_another_window_and_opacity_draw_it_otherwise()
    {
        var page = await shared.NewPageAsync();
        var record = new PageRecord(page, shared.Platform.Pages);
        await OpenAsync(page, Address);

        var soft = await LookAsync(page);
        Assert.True(soft is { Greys: > 20, Colours: > 1000 }, $"{soft}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Lung" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(LungInAddress());
        await ChangesAsync(page, soft, seen => seen.Brightness > soft.Brightness + 5);
        var lung = await LookAsync(page);
        await page.GetByLabel("Opacity").FillAsync("0");
        await ChangesAsync(page, lung, seen => seen.Colours < lung.Colours / 2);
        await Assertions.Expect(page).ToHaveURLAsync(BareInAddress());
        var bare = await LookAsync(page);
        await page.GetByLabel("In space").CheckAsync();
        await ChangesAsync(page, bare, seen => Math.Abs(seen.Brightness - bare.Brightness) > 1);

        Assert.Empty(record.Troubles);
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_preview_is_drawn_until_the_volume_is_there_and_looks_like_it()
    {
        var page = await shared.NewPageAsync();
        var arrive = new TaskCompletionSource();
        await page.RouteAsync("**/image.nii.gz", async route =>
        {
            await arrive.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync(Address);

        await Assertions.Expect(page.GetByText("A preview; the volumes are loading …")).ToBeVisibleAsync();
        await ChangesAsync(page, new Seen(), seen => seen is { Greys: > 20, Colours: > 1000 });
        var labelled = await LookAsync(page);
        await page.GetByLabel("Opacity").FillAsync("0");
        await ChangesAsync(page, labelled, seen => seen.Colours < labelled.Colours / 2);
        var preview = await LookAsync(page);
        arrive.SetResult();
        await DrawnAsync(page);

        // What was chosen meanwhile holds.
        await ChangesAsync(page, preview, seen => seen.Colours < labelled.Colours / 2 && Math.Abs(seen.Brightness - preview.Brightness) < 10);
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_structure_is_drawn_where_it_is_however_the_files_are_oriented()
    {
        using var folder = new TemporaryFolder();
        var everywhere = await ColoursAsync("RAS", 0);

        // Of three planes through the middle one shows 36 %, two show 60 % of what they showed.
        var onOneSide = await ColoursAsync("RAS", 0.4);
        Assert.InRange(onOneSide / everywhere, 0.36, 0.61);
        Assert.Equal(onOneSide / everywhere, await ColoursAsync("LPS", 0.4) / everywhere, 0.02);
        Assert.Equal(onOneSide / everywhere, await ColoursAsync("SPL", 0.4) / everywhere, 0.02);

        // A structure that reaches everywhere, but for a part on the right and behind.
        async Task<double> ColoursAsync(string orientation, double without)
        {
            var page = await shared.NewPageAsync();
            await page.RouteAsync("**/small-*", route => route.AbortAsync());
            await TurnAsync(page, folder, "image.nii.gz", (from, to) => NiftiWriter.Write(to, Turned(NiftiReader.ReadImage(from).Volume)));
            await TurnAsync(page, folder, "label.nii.gz", (from, to) =>
            {
                var labels = Reorientation.ToCanonical(NiftiReader.ReadLabels(from).Volume);
                foreach (var at in Enumerable.Range(0, labels.Voxels.Length))
                {
                    var (i, j) = (at % labels.Geometry.Width, at / labels.Geometry.Width % labels.Geometry.Height);
                    labels.Voxels[at] = i < (1 - without) * labels.Geometry.Width && j >= without * labels.Geometry.Height ? (ushort)1 : (ushort)0;
                }

                NiftiWriter.Write(to, Turned(labels));
            });
            await OpenAsync(page, Address);
            await ChangesAsync(page, new Seen(), seen => seen.Colours > 1000);
            var seen = await LookAsync(page);
            await page.CloseAsync();
            return seen.Colours;

            Volume<T> Turned<T>(Volume<T> volume)
                where T : unmanaged => Reorientation.To(volume, Orientation.Parse(orientation));
        }
    }

    [SkippableFact]
    public async Task Coarse_structures_lie_where_the_fine_ones_come_to_lie()
    {
        var page = await shared.NewPageAsync();
        using var folder = new TemporaryFolder();
        var arrive = new TaskCompletionSource();
        await page.RouteAsync("**/label.nii.gz", async route =>
        {
            await arrive.Task;
            await route.ContinueAsync();
        });
        await TurnAsync(page, folder, "small-label.nii.gz", (from, to) => NiftiWriter.Write(to, Reduction.Middle(NiftiReader.ReadLabels(from).Volume, 24)));
        await page.GotoAsync(Address);
        await ChangesAsync(page, new Seen(), seen => seen.Colours > 1000);

        var coarse = await LookAsync(page);
        arrive.SetResult();
        await DrawnAsync(page);
        var fine = await LookAsync(page);

        Assert.NotEqual(fine.Colours, coarse.Colours);
        Assert.InRange(coarse.Colours, 0.8 * fine.Colours, 1.25 * fine.Colours);
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task Where_somebody_points_is_told_and_a_colleague_who_gets_the_address_sees_the_same()
    {
        var page = await shared.NewPageAsync();
        await OpenAsync(page, $"{Address}?window=bone");
        var box = (await page.Locator("figure canvas").BoundingBoxAsync())!;
        await ChangesAsync(page, new Seen(), seen => seen.Colours > 1000);

        await page.Mouse.ClickAsync(box.X + (0.45f * box.Width), box.Y + (0.2f * box.Height));
        await Assertions.Expect(page.Locator(".hermes-place")).ToContainTextAsync("HU");
        await Assertions.Expect(page).ToHaveURLAsync(PlaceInAddress());
        await page.Locator("figure canvas").BlurAsync();
        var (told, seen) = (await page.Locator(".hermes-place").TextContentAsync(), await LookAsync(page));
        var colleague = await shared.NewPageAsync();
        await OpenAsync(colleague, page.Url);

        await Assertions.Expect(colleague.Locator(".hermes-place")).ToHaveTextAsync(told!);
        await ChangesAsync(colleague, new Seen(), other => Math.Abs(other.Colours - seen.Colours) < 0.02 * seen.Colours && Math.Abs(other.Brightness - seen.Brightness) < 0.5);
        await page.CloseAsync();
        await colleague.CloseAsync();
    }

    [SkippableFact]
    public async Task The_pictures_of_the_cases_and_of_what_a_run_found_are_there()
    {
        var page = await shared.NewPageAsync();

        await page.GotoAsync($"datasets/{Names.DefaultSite}/{SharedDashboard.Ct}");
        Assert.Equal(4, await LoadedAsync(page, OfCases));
        await page.GotoAsync($"runs/{SharedDashboard.Completed}");
        Assert.InRange(await LoadedAsync(page, OfSamples), 1, 8);
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task Keys_and_links_go_from_case_to_case_and_keep_the_window()
    {
        var page = await shared.NewPageAsync();
        await OpenAsync(page, $"{Address}?window=bone");

        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("ct_002");
        Assert.EndsWith("ct_002?window=bone", page.Url, StringComparison.Ordinal);
        await DrawnAsync(page);
        await page.Locator("a[rel=prev]").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(SharedDashboard.CtCase);
        await DrawnAsync(page);

        Assert.EndsWith($"{SharedDashboard.CtCase}?window=bone", page.Url, StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("a[rel=prev]").CountAsync());
        Assert.True((await LookAsync(page)).Greys > 5);
        await page.CloseAsync();
    }

    [SkippableTheory]
    [InlineData("nobody", "")]
    [InlineData(SharedDashboard.CtCase, "?version=7")]
    [InlineData(SharedDashboard.CtCase, "?version=first")]
    public async Task A_case_that_does_not_exist_is_said_to(string caseId, string query)
    {
        var page = await shared.NewPageAsync();

        await page.GotoAsync(Addresses.Case(Names.DatasetKey(Names.DefaultSite, SharedDashboard.Ct), caseId)[1..] + query);

        await Assertions.Expect(page.GetByText($"There is no case '{caseId}'")).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_volume_that_does_not_come_is_told()
    {
        var page = await shared.NewPageAsync();
        await page.RouteAsync("**/image.nii.gz", route => route.AbortAsync());

        await page.GotoAsync(Address);

        await Assertions.Expect(page.GetByText("The volumes cannot be shown:")).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    /// <summary>Waits until pictures are there, all of them, and says how many they are.</summary>
    internal static async Task<int> LoadedAsync(IPage page, string pictures)
    {
        await Assertions.Expect(page.Locator(pictures).First).ToBeVisibleAsync();
        await page.Locator(pictures).Last.ScrollIntoViewIfNeededAsync();
        await page.WaitForFunctionAsync($"() => [...document.querySelectorAll('{pictures}')].every(p => p.complete && p.naturalWidth === 192)");
        return await page.Locator(pictures).CountAsync();
    }

    private static async Task OpenAsync(IPage page, string address)
    {
        await page.GotoAsync(address);
        await DrawnAsync(page);
    }

    // What the server sends is another file when it comes to the page.
    private static async Task TurnAsync(IPage page, TemporaryFolder folder, string file, Action<string, string> turn) => await page.RouteAsync($"**/{file}", async route =>
    {
        var (from, to) = (folder.At($"from-{file}"), folder.At(file));
        await File.WriteAllBytesAsync(from, await (await route.FetchAsync()).BodyAsync());
        turn(from, to);
        await route.FulfillAsync(new() { Path = to, ContentType = "application/gzip" });
    });

    private static async Task DrawnAsync(IPage page)
    {
        await Assertions.Expect(page.Locator(DashboardPage.DrawnCase)).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    private static async Task<Seen> LookAsync(IPage page) =>
        await page.EvaluateAsync<Seen>(Look, Convert.ToBase64String(await page.Locator("figure canvas").ScreenshotAsync()));

    private static async Task ChangesAsync(IPage page, Seen before, Func<Seen, bool> isSo)
    {
        var seen = before;
        for (var look = 0; look < 40; look++)
        {
            seen = await LookAsync(page);
            if (isSo(seen))
            {
                return;
            }

            await Task.Delay(250);
        }

        Assert.Fail($"{before} became {seen}");
    }

    [GeneratedRegex(@"window=lung$")]
    private static partial Regex LungInAddress();

    [GeneratedRegex("window=lung&opacity=0$")]
    private static partial Regex BareInAddress();

    [GeneratedRegex(@"window=bone&at=-?\d+(\.\d)?%2C-?\d+(\.\d)?%2C-?\d+(\.\d)?$")]
    private static partial Regex PlaceInAddress();

    /// <summary>What is on a picture.</summary>
    private sealed record Seen
    {
        /// <summary>How many greys.</summary>
        public int Greys { get; init; }

        /// <summary>How many pixels have a colour.</summary>
        public int Colours { get; init; }

        /// <summary>On average, of 255.</summary>
        public double Brightness { get; init; }
    }
}
