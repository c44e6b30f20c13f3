using System.Collections.Concurrent;
using System.Security.Cryptography;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>A volume segmented from a page, as somebody does it who has only a browser.</summary>
[Collection(SharedDashboardCollection.Name)]
public sealed class SegmentTests(SharedDashboard shared)
{
    private static readonly string CtKey = Names.DatasetKey(Names.DefaultSite, SharedDashboard.Ct);

    [SkippableFact]
    public async Task A_file_is_sent_asked_about_looked_at_and_its_answer_is_fetched()
    {
        var page = await shared.NewPageAsync();
        var record = new PageRecord(page, shared.Platform.Pages);
        using var folder = new TemporaryFolder();
        var file = folder.At("my scan.nii.gz");
        await shared.Client.Blobs.DownloadAsync((await CaseAsync()).Facts.Image, file);

        await page.GotoAsync($"segment?group={SharedDashboard.Ct}");
        await page.Locator("input[type=file]").SetInputFilesAsync(file);
        await Assertions.Expect(page.GetByText("my scan.nii.gz is on the platform")).ToBeVisibleAsync();
        await Axe.AssertNothingAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Segment", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("COMPLETED").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(page.Locator(DashboardPage.DrawnCase)).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "abdomen/liver" })).ToBeVisibleAsync();
        await Axe.AssertNothingAsync(page);
        var waiting = page.WaitForDownloadAsync();
        await page.GetByText("Download the label map").ClickAsync();
        var download = await waiting;

        Assert.Equal("my scan-labels.nii.gz", download.SuggestedFilename);
        Assert.Equal([0x1f, 0x8b], (await File.ReadAllBytesAsync(await download.PathAsync()))[..2]);
        Assert.Empty(record.Troubles);
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_case_is_compared_with_its_labels()
    {
        var page = await shared.NewPageAsync();
        var record = new PageRecord(page, shared.Platform.Pages);
        await page.GotoAsync($"datasets/{CtKey}/cases/{SharedDashboard.CtCase}");

        // A page that was only sent, and does not live yet, follows a link twice.
        await Assertions.Expect(page.Locator(DashboardPage.DrawnCase)).ToBeVisibleAsync();
        await page.GetByText("Segment this case").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Segment", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("COMPLETED").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(page.GetByText("In the reference (ml)")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(DashboardPage.DrawnCase)).ToBeVisibleAsync();
        await page.GetByText("Where they agree").ClickAsync();
        await Assertions.Expect(page.GetByText("In the reference, but not found")).ToBeVisibleAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("over=agreement"));
        await Seen.ChooseAsync(page, inSpace: true);
        await Seen.ChangesAsync(page, new Seen(), seen => seen is { Greys: > 20, Colours: > 200 });

        await Axe.AssertNothingAsync(page);
        Assert.Empty(record.Troubles);
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_case_is_chosen_with_keys_alone_and_a_colleague_who_gets_the_address_has_it_too()
    {
        var page = await shared.NewPageAsync();
        var record = new PageRecord(page, shared.Platform.Pages);
        await page.GotoAsync("segment");
        var dataset = page.GetByLabel("Dataset", new() { Exact = true });
        await dataset.FocusAsync();

        await page.Keyboard.TypeAsync("abdo");
        await Assertions.Expect(page.GetByRole(AriaRole.Option)).ToHaveTextAsync([$"{CtKey} 4 cases"]);
        await Axe.AssertNothingAsync(page);
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("segment\\?dataset=local%2Fabdomen$"));

        // Whoever opens it again is offered the others, too.
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(3);
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(0);
        await page.GetByLabel("Case", new() { Exact = true }).FocusAsync();
        await page.Keyboard.TypeAsync("2");
        await Assertions.Expect(page.GetByRole(AriaRole.Option)).ToHaveTextAsync(["ct_002"]);
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText($"of {CtKey}, version 1")).ToBeVisibleAsync();
        await Axe.AssertNothingAsync(page);
        var colleague = await shared.NewPageAsync();
        await colleague.GotoAsync(page.Url);

        await Assertions.Expect(colleague.GetByText($"of {CtKey}, version 1")).ToBeVisibleAsync();
        await Assertions.Expect(colleague.GetByRole(AriaRole.Link, new() { Name = "ct_002" })).ToBeVisibleAsync();
        await Assertions.Expect(colleague.GetByRole(AriaRole.Button, new() { Name = "Segment", Exact = true })).ToBeEnabledAsync();
        Assert.Empty(record.Troubles);
        await page.CloseAsync();
        await colleague.CloseAsync();
    }

    [SkippableFact]
    public async Task A_file_that_is_no_volume_is_refused_with_its_reason()
    {
        var page = await shared.NewPageAsync();
        using var folder = new TemporaryFolder();

        await page.GotoAsync("segment");
        await page.Locator("input[type=file]").SetInputFilesAsync(folder.File("notes.txt", "This is no volume."));

        await Assertions.Expect(page.GetByText("notes.txt is no NIfTI file")).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task An_upload_that_is_cancelled_takes_no_place_any_more()
    {
        var page = await shared.NewPageAsync();
        using var folder = new TemporaryFolder();
        await page.RouteAsync("**/uploads/*", route => route.Request.Method == "PUT" ? Task.CompletedTask : route.ContinueAsync());

        await page.GotoAsync("segment");
        await page.Locator("input[type=file]").SetInputFilesAsync(folder.File("scan.nii", "Nothing of it arrives."));
        var givenUp = page.WaitForResponseAsync(answer => answer.Request.Method == "DELETE");
        await page.GetByText("Cancel the upload").ClickAsync();

        Assert.Equal(204, (await givenUp).Status);
        await Assertions.Expect(page.GetByText("Cancel the upload")).Not.ToBeVisibleAsync();
        Assert.Equal(404, await page.EvaluateAsync<int>("async address => (await fetch(address)).status", (await givenUp).Url));
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_file_of_several_pieces_goes_on_where_its_connection_broke_off_and_is_found_again_by_the_address()
    {
        var page = await shared.NewPageAsync();
        using var folder = new TemporaryFolder();
        var (file, content) = LargeFile(folder);
        var sent = await NoteAsync(page, (route, count) => count == 3 ? route.AbortAsync() : route.ContinueAsync());

        await page.GotoAsync("segment");
        await page.Locator("input[type=file]").SetInputFilesAsync(file);
        await Assertions.Expect(page.GetByText("large.nii is on the platform (20.0 MiB).")).ToBeVisibleAsync();

        Assert.Equal(["POST", "PUT 0", "PUT 8388608", "PUT 8388608", "PUT 16777216"], sent);
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        Assert.Equal(content, await shared.Client.Blobs.ReadAsync(new BlobRef(Names.DefaultSite, digest, content.Length, MediaTypes.Nifti)));
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("large.nii is on the platform (20.0 MiB).")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Segment", Exact = true })).ToBeEnabledAsync();
        await page.CloseAsync();
    }

    [SkippableFact]
    public async Task A_page_that_is_loaded_again_while_a_file_is_sent_goes_on_with_it_where_it_was()
    {
        var page = await shared.NewPageAsync();
        using var folder = new TemporaryFolder();
        var (file, _) = LargeFile(folder);
        var sent = await NoteAsync(page, (route, count) => count == 3 ? Task.CompletedTask : route.ContinueAsync());
        await page.GotoAsync("segment");
        var held = page.WaitForRequestAsync(request => request.Url.EndsWith("from=8388608", StringComparison.Ordinal));
        await page.Locator("input[type=file]").SetInputFilesAsync(file);
        await held;

        await page.ReloadAsync();
        await page.Locator("input[type=file]").SetInputFilesAsync(file);
        await Assertions.Expect(page.GetByText("large.nii is on the platform (20.0 MiB).")).ToBeVisibleAsync();

        Assert.Equal(["POST", "PUT 0", "PUT 8388608", "PUT 8388608", "PUT 16777216"], sent);
        await page.CloseAsync();
    }

    // Of three pieces; a page sends one after the other.
    private static (string File, byte[] Content) LargeFile(TemporaryFolder folder)
    {
        var (file, content) = (folder.At("large.nii"), new byte[20 << 20]);
        new Random(19).NextBytes(content);
        File.WriteAllBytes(file, content);
        return (file, content);
    }

    // Notes what a page sends and from where on, and has each of it taken, the first as number 1.
    private static async Task<ConcurrentQueue<string>> NoteAsync(IPage page, Func<IRoute, int, Task> take)
    {
        var sent = new ConcurrentQueue<string>();
        await page.RouteAsync(url => url.Contains("/uploads", StringComparison.Ordinal), route =>
        {
            var (method, url) = (route.Request.Method, route.Request.Url);
            if (method is not ("POST" or "PUT"))
            {
                return route.ContinueAsync();
            }

            sent.Enqueue(method == "POST" ? method : $"{method} {url.Split("from=")[1]}");
            return take(route, sent.Count);
        });
        return sent;
    }

    private async Task<CaseRecord> CaseAsync()
    {
        await foreach (var one in shared.Client.Datasets.GetCasesAsync(CtKey, 1))
        {
            return one;
        }

        throw new InvalidOperationException("The dataset is empty.");
    }
}
