using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>What people call their files and structures may look like a page; it is shown, letter by letter.</summary>
// One after the other with those of the shared platform: two cores are few.
[Collection(SharedDashboardCollection.Name)]
public sealed class MarkupTests(LivePlatform platform) : IClassFixture<LivePlatform>
{
    private const string Run = "markup";
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
        await client.Runs.StartAsync(Run, new RunRequest { Preset = "tiny", Steps = 2 });
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        Assert.Equal(RunState.Completed, (await client.Runs.FollowAsync(Run, cancellationToken: patience.Token)).State);
        var broken = new CaseFiles(Markup, folder.File($"{Markup}.nii.gz", "<b>no volume</b>"), null);
        await Assert.ThrowsAsync<HermesException>(() => client.Datasets.AppendAsync(source with { Cases = [broken] }));
        await using var chromium = await LocalChromium.EnterAsync(platform);
        var page = await chromium.NewPageAsync();
        var record = new PageRecord(page, platform.Pages);

        foreach (var (address, text) in new[]
        {
            ("", $"Case {Markup}:"),
            ("datasets/local/markup", Markup),
            ("datasets/local/markup/cases/a", Markup),
            ($"runs/{Run}", $"markup/{Markup}"),
            ("priors", $"markup/{Markup}"),
            ("models/universal?version=1", $"markup/{Markup}"),
            ("segment", $"markup/{Markup}"),
        })
        {
            await page.GotoAsync(address);

            await Assertions.Expect(page.GetByText(text).First).ToBeVisibleAsync();
            Assert.Equal(0, await page.Locator("img[src='x'], td b").CountAsync());
            Assert.NotEqual("taken", await page.TitleAsync());
        }

        Assert.Empty(record.Troubles);
    }
}
