using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Hermes.Dashboard.Components.Parts;
using Hermes.Grains.Interfaces;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes.Formats;
using Microsoft.Playwright;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>
/// The way of a network from its first dataset to a mask, as somebody goes it who has one page of a browser, and the command for what pages do not begin. What
/// the platform is asked on the way is answered by its pages alone.
/// </summary>
// One after the other with those of the shared platform: two cores are few.
[Collection(SharedDashboardCollection.Name)]
public sealed partial class StoryTests(LivePlatform platform) : IClassFixture<LivePlatform>
{
    private const string Abdomen = "abdomen";
    private const string Brain = "brain";
    private const string Lesions = "lesions";
    private const string Lesion = $"{Lesions}/lesion";
    private const string Run = "first";
    private const string Hasty = "hasty";

    // Sixty in all. A training at the highest rate there is fails within the first few.
    private const int TrunkSteps = 36;
    private const int BranchSteps = 16;
    private const int HastySteps = 8;

    // What a machine may take that has other things to do.
    private const int PatienceMs = 180_000;

    // Notes the states in which the picture of an update shows it, one after the other.
    private const string WatchCourse =
        """
        () => {
          window.stood = [];
          const look = () => {
            const state = document.querySelector(".hermes-course .is-here title")?.textContent.split(":")[0];
            if (state && state !== window.stood.at(-1)) window.stood.push(state);
          };
          look();
          new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
        }
        """;

    // A file as a person drops it: the page gets it from the browser, not through an input.
    private const string Drop =
        """
        (place, [name, content]) => {
          const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], name));
          for (const type of ["dragenter", "dragover", "drop"]) place.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }
        """;

    [SkippableFact]
    public async Task Datasets_become_a_network_that_grows_and_segments_on_a_page_that_is_never_loaded_again()
    {
        using var folder = new TemporaryFolder();
        await using var chromium = await LocalChromium.EnterAsync(platform);
        await Phantoms.WriteAsync(folder.Path);
        var page = await chromium.NewPageAsync(ColorScheme.Dark);
        var record = new PageRecord(page, platform.Pages);
        await page.GotoAsync("");
        await page.WaitForFunctionAsync(PagesTests.IsPaintedAsTheSystemIs);
        await page.EvaluateAsync("() => { window.isTheSame = true; }");

        await AddDatasetsAsync(page, folder);
        await TrainAsync(page);
        await FailAsync(page, folder);
        await GrowAsync(page, folder);
        await CompareAsync(page);
        await SegmentAsync(page, folder.At("phantom_pet/images/pet_030.nii.gz"), folder);

        Assert.Empty(record.Troubles);
        Assert.True(await page.EvaluateAsync<bool>("() => window.isTheSame === true"), "The page was loaded again.");
        await page.CloseAsync();
    }

    // The page says how; a dataset that becomes ready is on it.
    private async Task AddDatasetsAsync(IPage page, TemporaryFolder folder)
    {
        await Assertions.Expect(page.GetByText("./hermes dataset add")).ToBeVisibleAsync();
        await AddAsync(folder, Abdomen, "ct");
        await AddAsync(folder, Brain, "t1");
        await Assertions.Expect(Row(page, Abdomen)).ToContainTextAsync("READY");
        await Assertions.Expect(Row(page, Brain)).ToContainTextAsync("READY");

        await Row(page, Abdomen).GetByRole(AriaRole.Link, new() { Name = Abdomen, Exact = true }).ClickAsync();
        await Assertions.Expect(Title(page)).ToHaveTextAsync(Abdomen);
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = $"{Abdomen}/liver", Exact = true }).First).ToBeVisibleAsync();
        Assert.Equal(3, await CaseViewTests.LoadedAsync(page, CaseViewTests.OfCases));
    }

    // What is running? The first page says it, and leads to the curve, which moves.
    private async Task TrainAsync(IPage page)
    {
        await GoAsync(page, "Overview");
        await HermesAsync("train", "--name", Run, "--preset", "tiny", "--steps", Text(TrunkSteps));
        await Assertions.Expect(Fact(page, "Devices")).ToContainTextAsync("1 used");
        await Fact(page, "At work").GetByRole(AriaRole.Link, new() { Name = Run, Exact = true }).ClickAsync();

        await Assertions.Expect(Title(page)).ToHaveTextAsync(Run);
        await HasAtLeastAsync(page, 1);
        await HasAtLeastAsync(page, await PointsAsync(page) + 3);
        await Assertions.Expect(Fact(page, "State")).ToContainTextAsync("COMPLETED", new() { Timeout = PatienceMs });

        // The loss and its two parts, of every step.
        await Assertions.Expect(page.Locator(DashboardPage.Loss)).ToHaveAttributeAsync("data-points", Text(3 * TrunkSteps));
        await Assertions.Expect(Fact(page, "Model")).ToContainTextAsync("universal@1");
        Assert.InRange(await CaseViewTests.LoadedAsync(page, CaseViewTests.OfSamples), 1, 8);
    }

    // Why did that run fail? The first page says that it did; its own says why and what may help.
    private async Task FailAsync(IPage page, TemporaryFolder folder)
    {
        var tiny = await File.ReadAllTextAsync(Presets.FileOf("tiny"));
        var hasty = WarmUp().Replace(Rate().Replace(tiny, "base_lr: 10"), "warmup_steps: 0");
        await HermesAsync("train", "--name", Hasty, "--config", folder.File("hasty.yaml", hasty), "--datasets", Brain, "--steps", Text(HastySteps));
        await GoAsync(page, "Overview");
        var alert = page.Locator(".hermes-alerts li", new() { HasText = $"Run {Hasty} failed." });
        await Assertions.Expect(alert).ToContainTextAsync("Training diverged", new() { Timeout = PatienceMs });
        await alert.GetByRole(AriaRole.Link, new() { Name = Hasty, Exact = true }).ClickAsync();

        await Assertions.Expect(Title(page)).ToHaveTextAsync(Hasty);
        await Assertions.Expect(Fact(page, "State")).ToContainTextAsync("FAILED");
        await Assertions.Expect(Fact(page, "State")).ToContainTextAsync("A lower base_lr or precision fp32 may help.");
        await Assertions.Expect(Fact(page, "Configuration")).ToContainTextAsync("hasty.yaml");
    }

    // Which tasks did the last update touch? Its picture goes on to the certificate, which a person promotes; the list says it in a line.
    private async Task GrowAsync(IPage page, TemporaryFolder folder)
    {
        await AddAsync(folder, Lesions, "pet");
        await GoAsync(page, "Updates");
        await page.GetByRole(AriaRole.Link, new() { Name = "Grow a model" }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = $"{Names.DefaultSite}/{Lesions}" }).CheckAsync();
        await page.GetByLabel("Steps").FillAsync(Text(BranchSteps));
        var branches = page.GetByRole(AriaRole.Region, new() { Name = "Branches that would be learned" });
        await Assertions.Expect(branches.GetByRole(AriaRole.Cell, new() { Name = Text(BranchSteps), Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(branches).ToContainTextAsync("about");

        // What would it cost, and what comes near? Both are told before anything is learned.
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask the old tasks" }).ClickAsync();
        await Assertions.Expect(Fact(page, "Old tasks were asked")).ToContainTextAsync("2 of 2 questions", new() { Timeout = PatienceMs });
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "New structures and the old tasks nearest to them" })).ToContainTextAsync(Lesion);
        await page.EvaluateAsync(WatchCourse);
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await Assertions.Expect(Title(page)).ToHaveTextAsync(Update());
        var name = await Title(page).InnerTextAsync();
        await Assertions.Expect(page.GetByText("It is CERTIFIED")).ToBeVisibleAsync(new() { Timeout = PatienceMs });

        // Those that were there only for a moment may have passed unseen.
        var stood = await page.EvaluateAsync<string[]>("() => window.stood");
        Assert.Equal(["TRAINING", "EVALUATING", "CERTIFIED"], stood.Except(["REGISTERED", "GROWING"]));
        await Assertions.Expect(Fact(page, "Verdict")).ToContainTextAsync("GRANTED");
        await Assertions.Expect(page.GetByText("2 old prompt groups asked about")).ToContainTextAsync("before and after: not a bit moved.");
        var old = page.GetByRole(AriaRole.Region, new() { Name = "What was there before" });
        await Assertions.Expect(old.GetByRole(AriaRole.Rowheader, new() { Name = Abdomen }).First).ToBeVisibleAsync();
        await Assertions.Expect(old.GetByRole(AriaRole.Rowheader, new() { Name = Brain }).First).ToBeVisibleAsync();
        await Assertions.Expect(old.GetByRole(AriaRole.Cell, new() { Name = "differ", Exact = true })).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "What is new" })).ToContainTextAsync(Lesion);

        await page.GetByRole(AriaRole.Button, new() { Name = "Promote", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Promote", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("It is PROMOTED")).ToBeVisibleAsync();
        await Assertions.Expect(Fact(page, "Live as")).ToContainTextAsync("universal@2");
        await GoAsync(page, "Updates");
        await Assertions.Expect(Row(page, name)).ToContainTextAsync($"New: {Lesion}. Old: not a bit moved.");
    }

    // Which task is most like mine? The table says it, and the task's own list.
    private static async Task CompareAsync(IPage page)
    {
        await GoAsync(page, "Priors");
        await Assertions.Expect(page.GetByText("No prior of the 7 tasks of version 1 has moved.")).ToBeVisibleAsync(new() { Timeout = PatienceMs });
        await Assertions.Expect(page.Locator("section[aria-labelledby=map] svg.hermes-figure")).ToBeVisibleAsync();
        var mine = Row(page, Lesion);
        await Assertions.Expect(mine.GetByRole(AriaRole.Cell).Last).ToHaveTextAsync("–");
        await Assertions.Expect(Row(page, $"{Abdomen}/liver").GetByRole(AriaRole.Cell).Last).ToHaveTextAsync("0.000");
        var nearest = (await mine.GetByRole(AriaRole.Cell).First.InnerTextAsync()).Split(',')[0];
        Assert.Matches(Neighbour(), nearest);

        await mine.GetByRole(AriaRole.Link, new() { Name = Lesion }).ClickAsync();
        await Assertions.Expect(page.Locator("section[aria-labelledby=chosen] li").First).ToHaveTextAsync(nearest);
        await Assertions.Expect(Fact(page, "Learned from")).ToContainTextAsync(Lesions);
    }

    // What was this mask made from? Its page says which version of which model was asked for what, about which image, and leads to the datasets.
    private static async Task SegmentAsync(IPage page, string scan, TemporaryFolder folder)
    {
        var content = await File.ReadAllBytesAsync(scan);
        await GoAsync(page, "Segment");
        await page.GetByLabel("Prompt group").ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = Lesions }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"group={Lesions}$"));
        await page.Locator(".hermes-drop").EvaluateAsync(Drop, new object[] { Path.GetFileName(scan), Convert.ToBase64String(content) });
        await Assertions.Expect(page.GetByText($"{Path.GetFileName(scan)} is on the platform")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Segment", Exact = true }).ClickAsync();
        await Assertions.Expect(Fact(page, "State")).ToContainTextAsync("COMPLETED", new() { Timeout = PatienceMs });
        await Assertions.Expect(page.Locator(DashboardPage.DrawnCase)).ToBeVisibleAsync();

        await Assertions.Expect(Title(page)).ToHaveTextAsync(Path.GetFileName(scan));
        await Assertions.Expect(Fact(page, "Model")).ToContainTextAsync("universal@2");
        await Assertions.Expect(Fact(page, "Prompt group")).ToContainTextAsync(Lesions);
        await Assertions.Expect(Fact(page, "Modality")).ToContainTextAsync("pet");
        await Assertions.Expect(Fact(page, "Image").Locator("code")).ToHaveAttributeAsync("title", Convert.ToHexStringLower(SHA256.HashData(content)));
        await Assertions.Expect(Fact(page, "Branch").Locator("code")).ToBeVisibleAsync();
        var found = page.GetByRole(AriaRole.Region, new() { Name = "What was found" }).GetByRole(AriaRole.Row, new() { Name = Lesion });
        var millilitres = await found.GetByRole(AriaRole.Cell).Last.InnerTextAsync();
        var waiting = page.WaitForDownloadAsync();
        await page.GetByText("Download the label map").ClickAsync();
        var mask = folder.At("mask.nii.gz");
        await (await waiting).SaveAsAsync(mask);
        IsMaskOf(scan, mask, millilitres);

        // Days later there is only the file: its digest finds the answer again.
        await GoAsync(page, "Segment");
        await page.GetByRole(AriaRole.Link, new() { Name = "All answers" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = Path.GetFileName(scan), Exact = true })).ToBeVisibleAsync();
        await page.GetByLabel("Image or SHA-256").FillAsync(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(mask))));
        await Assertions.Expect(page.GetByText("1–1 of 1")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = Path.GetFileName(scan), Exact = true }).ClickAsync();
        await Assertions.Expect(Title(page)).ToHaveTextAsync(Path.GetFileName(scan));

        await Fact(page, "Model").GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(Fact(page, "Its branches learned from")).ToContainTextAsync(Lesions);
        await Assertions.Expect(Fact(page, "Its trunk learned from")).ToContainTextAsync(Abdomen);
        await Assertions.Expect(Fact(page, "Its trunk learned from")).ToContainTextAsync(Brain);
    }

    // Packed, of the scan's grid, and with as much in it as the page says.
    private static void IsMaskOf(string scan, string mask, string millilitres)
    {
        Assert.Equal([0x1f, 0x8b], File.ReadAllBytes(mask)[..2]);
        var labels = NiftiReader.ReadLabels(mask);
        var geometry = labels.Volume.Geometry;
        Assert.Equal(NiftiReader.ReadImage(scan).Volume.Geometry, geometry);
        Assert.Equal([0, 1], labels.Counts.Keys.Order());
        Assert.Equal(millilitres, Numbers.Millilitres(labels.Counts[1] * Math.Abs(geometry.VoxelToWorld.Determinant) / 1000));
    }

    // Three of the scans: one to learn from, one to choose by and one to test on.
    private Task AddAsync(TemporaryFolder folder, string name, string modality) => HermesAsync(
        "dataset", "add", name, "--modality", modality, "--images", folder.At($"phantom_{modality}/images/*1.nii.gz"), "--labels", folder.At($"phantom_{modality}/labels/*1.nii.gz"),
        "--label-names", folder.At($"phantom_{modality}/labels.json"));

    private async Task HermesAsync(params string[] arguments)
    {
        var process = await HermesProcess.RunAsync(new Dictionary<string, string> { ["HERMES_ADDRESS"] = platform.Address }, arguments);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: {process.Error}");
    }

    private static Task GoAsync(IPage page, string to) =>
        page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" }).GetByRole(AriaRole.Link, new() { Name = to, Exact = true }).ClickAsync();

    private static ILocator Title(IPage page) => page.Locator("h1");

    private static ILocator Row(IPage page, string name) =>
        page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }) });

    private static ILocator Fact(IPage page, string name) =>
        page.Locator(".hermes-fact").Filter(new() { Has = page.Locator($"dt:text-is('{name}')") });

    private static async Task HasAtLeastAsync(IPage page, int points) => await page.WaitForFunctionAsync(
        "([chart, points]) => (document.querySelector(chart)?.dataset.points ?? 0) >= points", new object[] { DashboardPage.Loss, points }, new() { Timeout = PatienceMs });

    private static async Task<int> PointsAsync(IPage page) =>
        int.Parse((await page.GetAttributeAsync(DashboardPage.Loss, "data-points"))!, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^base_lr:.*", RegexOptions.Multiline)]
    private static partial Regex Rate();

    [GeneratedRegex("^warmup_steps:.*", RegexOptions.Multiline)]
    private static partial Regex WarmUp();

    [GeneratedRegex(@"^(abdomen|brain)/\w+ -?\d\.\d{3}$")]
    private static partial Regex Neighbour();

    [GeneratedRegex($"^grow-{Lesions}-[0-9a-f]{{8}}$")]
    private static partial Regex Update();
}
