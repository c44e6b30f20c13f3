using System.Text.RegularExpressions;
using Hermes.Dashboard.Components.Parts;
using Hermes.Dashboard.Volumes;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Previews;
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

    private static readonly string Address = Addresses.Case(Names.DatasetKey(Names.DefaultSite, SharedDashboard.Ct), SharedDashboard.CtCase)[1..];

    [SkippableFact]
    public async Task A_case_is_drawn_and_another_window_and_opacity_draw_it_otherwise()
    {
        var page = await shared.NewPageAsync();
        var record = new PageRecord(page, shared.Platform.Pages);
        await OpenAsync(page, Address);

        var soft = await Seen.OnAsync(page);
        Assert.True(soft is { Greys: > 20, Colours: > 1000 }, $"{soft}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Lung" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(LungInAddress());
        await Seen.ChangesAsync(page, soft, seen => seen.Brightness > soft.Brightness + 5);
        var lung = await Seen.OnAsync(page);
        await page.GetByLabel("Opacity").FillAsync("0");
        await Seen.ChangesAsync(page, lung, seen => seen.Colours < lung.Colours / 2);
        await Assertions.Expect(page).ToHaveURLAsync(BareInAddress());
        var bare = await Seen.OnAsync(page);
        await Seen.ChooseAsync(page, inSpace: true);
        await Seen.ChangesAsync(page, new Seen(), seen => seen.Greys > 20 && Math.Abs(seen.Brightness - bare.Brightness) > 1);
        await page.GetByLabel("Opacity").FillAsync("80");
        await Seen.ChangesAsync(page, new Seen(), seen => seen.Colours > 1000);
        var inSpace = await Seen.OnAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Bone" }).ClickAsync();
        await Seen.ChangesAsync(page, inSpace, seen => Math.Abs(seen.Brightness - inSpace.Brightness) > 1);

        // What was chosen there holds in the planes, too.
        await Seen.ChooseAsync(page, inSpace: false);
        await Seen.ChangesAsync(page, lung, seen => seen is { Greys: > 5, Colours: > 1000 } && seen.Brightness < lung.Brightness - 5);

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
        await Seen.ChangesAsync(page, new Seen(), seen => seen is { Greys: > 20, Colours: > 1000 });
        var labelled = await Seen.OnAsync(page);
        await page.GetByLabel("Opacity").FillAsync("0");
        await Seen.ChangesAsync(page, labelled, seen => seen.Colours < labelled.Colours / 2);
        var preview = await Seen.OnAsync(page);
        arrive.SetResult();
        await DrawnAsync(page);

        // What was chosen meanwhile holds.
        await Seen.ChangesAsync(page, preview, seen => seen.Colours < labelled.Colours / 2 && Math.Abs(seen.Brightness - preview.Brightness) < 10);
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
            await Seen.ChangesAsync(page, new Seen(), seen => seen.Colours > 1000);
            var seen = await Seen.OnAsync(page);
            await page.CloseAsync();
            return seen.Colours;

            Volume<T> Turned<T>(Volume<T> volume)
                where T : unmanaged => Reorientation.To(volume, Orientation.Parse(orientation));
        }
    }

    [SkippableFact]
    public async Task In_space_volumes_are_drawn_reduced_and_look_as_they_are()
    {
        using var folder = new TemporaryFolder();
        var (seen, drawn) = await LookAsync(1);
        var (seenOfMany, drawnOfMany) = await LookAsync(4);

        Assert.Equal(drawn.InPlanes, drawn.InSpace);
        Assert.Equal((4 * drawn.InPlanes, true), (drawnOfMany.InPlanes, drawnOfMany.InSpace is > 64 and <= Preview.LongestAxis));
        Assert.InRange(seenOfMany.Colours, 0.95 * seen.Colours, 1.05 * seen.Colours);
        Assert.InRange(seenOfMany.Brightness, seen.Brightness - 3, seen.Brightness + 3);

        // A case of which no preview was made, each of its voxels so many along each axis.
        async Task<(Seen Seen, (int InPlanes, int InSpace) Drawn)> LookAsync(int many)
        {
            var page = await shared.NewPageAsync();
            await Seen.NoteVolumesAsync(page);
            await page.RouteAsync("**/small-*", route => route.AbortAsync());
            await TurnAsync(page, folder, "image.nii.gz", (from, to) => NiftiWriter.Write(to, Finer(NiftiReader.ReadImage(from).Volume, many)));
            await TurnAsync(page, folder, "label.nii.gz", (from, to) => NiftiWriter.Write(to, Finer(NiftiReader.ReadLabels(from).Volume, many)));
            await OpenAsync(page, $"{Address}?view=space");
            await Seen.ChangesAsync(page, new Seen(), seen => seen is { Greys: > 20, Colours: > 1000 });
            var seen = await Seen.OnAsync(page);
            Assert.Equal(0, (await Seen.LongestAxesAsync(page)).InPlanes);
            await Seen.ChooseAsync(page, inSpace: false);
            await Seen.ChangesAsync(page, new Seen(), planes => planes is { Greys: > 20, Colours: > 1000 });
            var drawn = await Seen.LongestAxesAsync(page);
            await page.CloseAsync();
            return (seen, drawn);
        }

        static Volume<T> Finer<T>(Volume<T> volume, int many)
            where T : unmanaged
        {
            var of = volume.Geometry;
            var shift = ((1.0 / many) - 1) / 2;
            var toWorld = of.VoxelToWorld.After(Affine.FromSpacing(new Point3(1.0 / many, 1.0 / many, 1.0 / many), new Point3(shift, shift, shift)));
            var finer = new Volume<T>(new VolumeGeometry(many * of.Width, many * of.Height, many * of.Depth, toWorld));
            for (var k = 0; k < finer.Geometry.Depth; k++)
            {
                for (var j = 0; j < finer.Geometry.Height; j++)
                {
                    for (var i = 0; i < finer.Geometry.Width; i++)
                    {
                        finer[i, j, k] = volume[i / many, j / many, k / many];
                    }
                }
            }

            return finer;
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
        await Seen.ChangesAsync(page, new Seen(), seen => seen.Colours > 1000);

        var coarse = await Seen.OnAsync(page);
        arrive.SetResult();
        await DrawnAsync(page);
        var fine = await Seen.OnAsync(page);

        Assert.NotEqual(fine.Colours, coarse.Colours);
        Assert.InRange(coarse.Colours, 0.8 * fine.Colours, 1.25 * fine.Colours);
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task Where_somebody_points_is_told_and_a_colleague_who_gets_the_address_sees_the_same()
    {
        var page = await shared.NewPageAsync();
        await OpenAsync(page, $"{Address}?window=bone");
        var box = (await page.Locator(DashboardPage.Canvas).BoundingBoxAsync())!;
        await Seen.ChangesAsync(page, new Seen(), seen => seen.Colours > 1000);

        await page.Mouse.ClickAsync(box.X + (0.45f * box.Width), box.Y + (0.2f * box.Height));
        await Assertions.Expect(page.Locator(".hermes-place")).ToContainTextAsync("HU");
        await Assertions.Expect(page).ToHaveURLAsync(PlaceInAddress());
        await page.Locator(DashboardPage.Canvas).BlurAsync();
        var (told, seen) = (await page.Locator(".hermes-place").TextContentAsync(), await Seen.OnAsync(page));
        var colleague = await shared.NewPageAsync();
        await OpenAsync(colleague, page.Url);

        await Assertions.Expect(colleague.Locator(".hermes-place")).ToHaveTextAsync(told!);
        await Seen.ChangesAsync(colleague, new Seen(), other => Math.Abs(other.Colours - seen.Colours) < 0.02 * seen.Colours && Math.Abs(other.Brightness - seen.Brightness) < 0.5);
        await page.CloseAsync();
        await colleague.CloseAsync();
    }

    [SkippableFact]
    public async Task What_was_found_rightly_wrongly_and_not_at_all_has_its_own_colour_where_it_is()
    {
        var page = await shared.NewPageAsync();
        using var folder = new TemporaryFolder();
        await page.RouteAsync("**/small-*", route => route.AbortAsync());
        await PlantAsync("label.nii.gz", 0.2, 0.6);
        await PlantAsync("reference.nii.gz", 0.4, 0.7);
        await OpenAsync(page, shared.AddressOf($"segment/{SharedDashboard.Answer}?over=agreement&opacity=100"));
        await Seen.ChangesAsync(page, new Seen(), seen => seen.Colours > 1000);

        var (rightly, wrongly, missed) = (await PatchAsync(0), await PatchAsync(1), await PatchAsync(2));

        // Two tenths of the width against one, in the two planes that show both; a patient's left is seen on the right.
        Assert.InRange((double)wrongly.Pixels / missed.Pixels, 1.7, 2.3);
        Assert.True(missed.X < rightly.X && rightly.X < wrongly.X, $"{missed}, {rightly}, {wrongly}");
        foreach (var (index, (_, name)) in Overlays.OfAgreement.Index())
        {
            var patch = await PatchAsync(index);
            var box = (await page.Locator(DashboardPage.Canvas).BoundingBoxAsync())!;
            await page.Mouse.ClickAsync(box.X + patch.X, box.Y + patch.Y);
            await Assertions.Expect(page.Locator(".hermes-place")).ToContainTextAsync(name);
        }

        await page.CloseAsync();

        // A box of one structure in the middle, on its way from left to right as far as told.
        Task PlantAsync(string file, double from, double to) => TurnAsync(page, folder, file, (source, planted) =>
        {
            var labels = Reorientation.ToCanonical(NiftiReader.ReadLabels(source).Volume);
            var (width, height, depth) = (labels.Geometry.Width, labels.Geometry.Height, labels.Geometry.Depth);
            foreach (var at in Enumerable.Range(0, labels.Voxels.Length))
            {
                var (x, y, z) = (At(at % width, width), At(at / width % height, height), At(at / width / height, depth));
                labels.Voxels[at] = x >= from && x < to && Math.Abs(y - 0.5) < 0.2 && Math.Abs(z - 0.5) < 0.2 ? (ushort)1 : (ushort)0;
            }

            NiftiWriter.Write(planted, labels);
        });

        static double At(int voxel, int count) => (voxel + 0.5) / count;

        Task<Patch> PatchAsync(int agreement) => Patch.OnAsync(page, Overlays.OfAgreement[agreement].Colour);
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
        Assert.True((await Seen.OnAsync(page)).Greys > 5);
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

    [GeneratedRegex(@"window=lung$")]
    private static partial Regex LungInAddress();

    [GeneratedRegex("window=lung&opacity=0$")]
    private static partial Regex BareInAddress();

    [GeneratedRegex(@"window=bone&at=-?\d+(\.\d)?%2C-?\d+(\.\d)?%2C-?\d+(\.\d)?$")]
    private static partial Regex PlaceInAddress();
}
