using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>What people call their files and structures may look like a page; it is shown, letter by letter.</summary>
// One after the other with those of the shared platform: two cores are few.
[Collection(SharedDashboardCollection.Name)]
public sealed class MarkupTests(LivePlatform platform) : IClassFixture<LivePlatform>
{
    private const string Markup = "<img src=x onerror=document.title='taken'>";

    [SkippableFact]
    public async Task Names_that_look_like_markup_are_shown_as_text()
    {
        using var folder = new TemporaryFolder();
        await using var client = await platform.ConnectAsync();
        var cases = Scans.WriteCases(folder.At("cases"));
        var source = new DatasetSource
        {
            Declaration = new DatasetDeclaration { Name = "markup", Modality = "ct", Labels = [new LabelEntry(1, Markup, $"markup/{Markup}")] },
            Cases = CasePairing.Find(Path.Combine(cases, "images"), Path.Combine(cases, "labels")).Cases,
        };
        await client.Datasets.AddAsync(source);
        var broken = new CaseFiles(Markup, folder.File($"{Markup}.nii.gz", "<b>no volume</b>"), null);
        await Assert.ThrowsAsync<HermesException>(() => client.Datasets.AppendAsync(source with { Cases = [broken] }));
        await using var chromium = await LocalChromium.EnterAsync(platform);
        var page = await chromium.NewPageAsync();
        var record = new PageRecord(page, platform.Pages);

        await page.GotoAsync("");

        await Assertions.Expect(page.GetByText($"Case {Markup}:").First).ToBeVisibleAsync();
        Assert.Equal(0, await page.Locator("img[src='x'], td b").CountAsync());
        await Assertions.Expect(page).ToHaveTitleAsync("Overview · Hermes");
        Assert.Empty(record.Troubles);
    }
}
