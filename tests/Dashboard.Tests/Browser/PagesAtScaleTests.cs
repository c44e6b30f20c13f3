using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Hermes.Client.Connection;
using Hermes.Client.Datasets;
using Hermes.Dashboard.Components.Parts;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Previews;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>
/// What pages take of time and memory. The limits are those of a quiet machine of two cores, for the sizes of the long tests; a tenth of the size has five times as
/// long. What the platform takes to list as many datasets, its own tests say.
/// </summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class PagesAtScaleTests(LivePlatform platform, SharedDashboard shared, ITestOutputHelper output) : IClassFixture<LivePlatform>
{
    private const double ColdMs = 1_500;
    private const double WarmMs = 300;
    private const double GridMs = 300;
    private const double PreviewMs = 1_000;
    private const double VolumeMs = 8_000;
    private const double SpaceMs = 2_000;
    private const double VolumeMegabytes = 50;
    private const double PagesMegabytes = 500;

    // A page that unpacks a volume answers late: when the preview was there, the browser's own clock says.
    private const string SeePreview =
        """
        new MutationObserver(() => {
          window.previewMs ??= document.querySelector("figcaption")?.textContent.startsWith("A preview") ? performance.now() : undefined;
        }).observe(document, { childList: true, subtree: true });
        """;

    // There once the platform was read, whatever is on it.
    private const string Content = "section[aria-labelledby=datasets]";

    [SkippableFact]
    public Task The_first_page_is_there_at_once() => FirstPageAsync(5);

    [SkippableFact]
    [Trait("Length", "Long")]
    public Task The_first_page_is_there_at_once_on_a_quiet_machine() => FirstPageAsync(1);

    [SkippableFact]
    public Task A_thousand_datasets_are_looked_through() => GridAsync(1_000, 5);

    [SkippableFact]
    [Trait("Length", "Long")]
    public Task Ten_thousand_datasets_are_looked_through() => GridAsync(10_000, 1);

    [SkippableFact]
    public Task A_part_of_a_CT_is_on_screen_soon() => VolumeAsync(30, 5);

    [SkippableFact]
    [Trait("Length", "Long")]
    public Task A_whole_CT_is_on_screen_soon() => VolumeAsync(300, 1);

    [SkippableFact]
    public Task A_few_open_pages_take_little_memory() => OpenAsync(5);

    [SkippableFact]
    [Trait("Length", "Long")]
    public Task Fifty_open_pages_take_little_memory() => OpenAsync(50);

    private async Task FirstPageAsync(int slack)
    {
        await using var browser = await LocalChromium.EnterAsync(platform);
        var cold = await LoadAsync();
        var warm = new List<double>();
        for (var time = 0; time < 5; time++)
        {
            warm.Add(await LoadAsync());
        }

        Say($"first page: {cold:0} ms cold, {Middle(warm):0} ms warm in a new browser profile each time");
        Assert.InRange(cold, 0, slack * ColdMs);

        // Of a browser that knows the files.
        var page = await browser.NewPageAsync();
        await page.GotoAsync("");
        await Assertions.Expect(page.Locator(Content)).ToBeVisibleAsync();
        var known = new List<double>();
        for (var time = 0; time < 5; time++)
        {
            known.Add(await TimeAsync(async () =>
            {
                await page.GotoAsync("", new() { WaitUntil = WaitUntilState.Commit });
                await page.SeeAsync(Content);
            }));
        }

        Say($"again in the same browser: {Middle(known):0} ms");
        Assert.InRange(Middle(known), 0, slack * WarmMs);

        async Task<double> LoadAsync()
        {
            var opened = await browser.NewPageAsync();
            var took = await TimeAsync(async () =>
            {
                await opened.GotoAsync("", new() { WaitUntil = WaitUntilState.Commit });
                await opened.SeeAsync(Content);
            });
            await opened.CloseAsync();
            return took;
        }
    }

    private async Task GridAsync(int datasets, int slack)
    {
        List<DatasetRow> rows = [.. Enumerable.Range(0, datasets).Select(i => Rows.Dataset($"set{i:00000}"))];
        var reader = new TestDatasetReader();
        reader.List = () =>
        {
            var filter = reader.Asked.Last();
            List<DatasetRow> found = [.. rows.Where(r => r.Name.Contains(filter.Search ?? "", StringComparison.OrdinalIgnoreCase))];
            return Task.FromResult(new CatalogPage<DatasetRow>([.. found.Skip(filter.Skip).Take(50)], found.Count));
        };
        var (dashboard, browser) = await ScriptedDashboard.StartAsync(new TestRunReader(), reader);
        await using var ends = dashboard;
        await using var closes = browser;
        var page = await browser.NewPageAsync();
        await page.GotoAsync("datasets");
        await page.GetByText("set00000").WaitForAsync();
        var (scrolls, filters) = (new List<double>(), new List<double>());
        for (var part = 1; part <= 5; part++)
        {
            var first = $"set{part * 50:00000}";
            scrolls.Add(await TimeAsync(async () =>
            {
                await page.GetByLabel("Next part").ClickAsync();
                await page.SeeAsync("body", first);
            }));
        }

        for (var time = 1; time <= 5; time++)
        {
            var name = $"set00{time}77";
            await page.GetByLabel("Search").FillAsync(name);
            var since = Stopwatch.StartNew();
            await page.SeeAsync("body", "1–1 of 1");
            await page.SeeAsync("body", name);
            filters.Add(since.Elapsed.TotalMilliseconds);
            await page.GetByLabel("Search").FillAsync("");
            await page.GetByText("set00000").WaitForAsync();
        }

        Say($"{datasets} datasets: the next part after {Middle(scrolls):0} ms, those of a name {Middle(filters):0} ms after it was written");
        Assert.InRange(Middle(scrolls), 0, slack * GridMs);
        Assert.InRange(Middle(filters), 0, slack * GridMs);
    }

    private async Task VolumeAsync(short slices, int slack)
    {
        var name = $"ct{slices}";
        using var folder = new TemporaryFolder();
        await using (var client = await platform.ConnectAsync())
        {
            await client.Datasets.AddAsync(new DatasetSource
            {
                Declaration = new DatasetDeclaration { Name = name, Modality = "ct", Labels = [new LabelEntry(1, "box", $"{name}/box")] },
                Cases = [Case(folder, "first", 8), Case(folder, "second", slices)],
            });
        }

        await using var browser = await LocalChromium.EnterAsync(platform);
        var page = await browser.NewPageAsync();

        await page.AddInitScriptAsync(SeePreview);
        await Seen.NoteVolumesAsync(page);

        // Somebody has looked at a case before.
        await page.GotoAsync(AddressOf("first"));
        await page.WaitForSelectorAsync(DashboardPage.DrawnCase);
        var (before, most) = (platform.DashboardMegabytes, 0.0);
        using var sampled = new CancellationTokenSource();
        var sampling = Task.Run(async () =>
        {
            while (!sampled.IsCancellationRequested)
            {
                most = Math.Max(most, platform.DashboardMegabytes);
                await Task.Delay(50);
            }
        });
        var since = Stopwatch.StartNew();
        await page.GotoAsync(AddressOf("second"), new() { WaitUntil = WaitUntilState.Commit });
        await page.SeeAsync(DashboardPage.DrawnCase);

        // Once there is a picture, what was asked of the graphics is done.
        var planes = await Seen.OnAsync(page);
        var whole = since.Elapsed.TotalMilliseconds;
        var preview = await page.EvaluateAsync<double>("window.previewMs");
        await sampled.CancelAsync();
        await sampling;

        since.Restart();
        await Seen.ChooseAsync(page, inSpace: true);
        await Seen.ChangesAsync(page, new Seen(), seen => seen is { Greys: > 20, Colours: > 1000 });
        var inSpace = since.Elapsed.TotalMilliseconds;
        var axes = await Seen.LongestAxesAsync(page);
        since.Restart();
        await Seen.ChooseAsync(page, inSpace: false);
        await Seen.ChangesAsync(page, new Seen(), seen => seen == planes);
        var back = since.Elapsed.TotalMilliseconds;
        await page.CloseAsync();

        Say($"512 x 512 x {slices}: a preview after {preview:0} ms, on screen after {whole:0} ms, with {most - before:0} MB more in the dashboard at most");
        Say($"in space after {inSpace:0} ms, in planes again after {back:0} ms");
        Assert.InRange(inSpace, 0, slack * SpaceMs);
        Assert.Equal((512, Preview.LongestAxis), axes);
        Assert.InRange(preview, 0, slack * PreviewMs);
        Assert.InRange(whole, 0, slack * VolumeMs);
        Assert.InRange(most - before, double.MinValue, VolumeMegabytes);

        string AddressOf(string caseId) => Addresses.Case(Names.DatasetKey(Names.DefaultSite, name), caseId)[1..];
    }

    private async Task OpenAsync(int count)
    {
        // Those that hold the most first: a case, a run with its curves, priors with their figures.
        string[] routes =
        [
            Addresses.Case(Names.DatasetKey(Names.DefaultSite, SharedDashboard.Ct), SharedDashboard.CtCase)[1..],
            $"runs/{SharedDashboard.Completed}", "priors", "", "datasets", "runs", "queue", "models",
        ];
        using var opened = await shared.Platform.AnotherDashboardAsync();
        try
        {
            await using var browser = await LocalChromium.EnterAsync(opened);
            var before = opened.DashboardMegabytes;
            for (var i = 0; i < count; i++)
            {
                var expected = DashboardPage.All.Single(p => p.Route == routes[i % routes.Length]);
                var page = await browser.NewPageAsync();
                await page.GotoAsync(expected.Route);
                await page.GetByText("Live").First.WaitForAsync();
                await page.WaitForSelectorAsync(expected.Complete ?? "body");
            }

            var after = opened.DashboardMegabytes;
            Say($"{count} open pages: {after:0} MB, {after - before:0} MB more than before");
            Assert.InRange(after, 0, PagesMegabytes);
        }
        finally
        {
            await opened.DisposeAsync();
        }
    }

    // A body with a box in it, and the noise of a scanner.
    private static CaseFiles Case(TemporaryFolder folder, string caseId, short slices)
    {
        const short Side = 512;
        var noise = new Random(slices);
        var (slice, mask) = (new short[Side * Side], new byte[2 * Side * Side]);
        var (image, label) = (folder.At($"{caseId}.nii.gz"), folder.At($"{caseId}_label.nii.gz"));
        using (var images = new GZipStream(File.Create(image), CompressionLevel.Fastest))
        using (var labels = new GZipStream(File.Create(label), CompressionLevel.Fastest))
        {
            images.Write(Scans.Header(Side, Side, slices));
            labels.Write(Scans.Header(Side, Side, slices));
            for (var z = 0; z < slices; z++)
            {
                for (var at = 0; at < slice.Length; at++)
                {
                    var (x, y) = ((at % Side) - (Side / 2), (at / Side) - (Side / 2));
                    var isBox = Math.Abs(x) < 120 && Math.Abs(y) < 80;
                    slice[at] = (short)((isBox ? 150 : (x * x) + (2 * y * y) < 200 * 200 ? 40 : -900) + noise.Next(-20, 20));
                    mask[2 * at] = isBox ? (byte)1 : (byte)0;
                }

                images.Write(MemoryMarshal.AsBytes(slice.AsSpan()));
                labels.Write(mask);
            }
        }

        return new CaseFiles(caseId, image, label);
    }

    private static async Task<double> TimeAsync(Func<Task> act)
    {
        var since = Stopwatch.StartNew();
        await act();
        return since.Elapsed.TotalMilliseconds;
    }

    private static double Middle(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private void Say(FormattableString told) => output.WriteLine(told.ToString(CultureInfo.InvariantCulture));
}
