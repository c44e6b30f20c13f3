using Bunit;
using Hermes.Client.Connection;
using Hermes.Client.Tests.Models;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Tests.Components;

public sealed class DatasetDetailTests : PageContext
{
    private static readonly DatasetStatus Ready = new()
    {
        State = DatasetState.Ready,
        Version = 2,
        Cases = 300,
        CasesPerSplit = new Dictionary<Split, int> { [Split.Train] = 240, [Split.Test] = 60 },
        Declaration = new DatasetDeclaration
        {
            Name = "ct",
            Site = "clinic",
            Modality = "ct",
            Labels = [new LabelEntry(1, "liver", "ct/liver"), new LabelEntry(2, "spleen", "other/spleen")],
        },
    };

    public DatasetDetailTests() => Publish([], []);

    [Fact]
    public void A_dataset_that_is_not_there_is_said_to_be_absent()
    {
        Assert.Contains("There is no dataset 'ct' of the site 'clinic'.", Show().Markup, StringComparison.Ordinal);
        Assert.Empty(Datasets.CasePages);
    }

    [Fact]
    public void Where_it_is_live_and_what_learns_it_is_a_link()
    {
        Datasets.Status = () => Task.FromResult(Ready with
        {
            Uses = [new DatasetUse { Model = "universal", ModelVersion = 3, Version = 2, IsTrunk = false, Promotion = 1 }],
            Updates = [new DatasetUpdate { Update = "grow-ct", Model = "universal", State = "FAILED", At = default, Cause = "It is too big." }],
        });

        var page = Show();

        Assert.Contains("Live in universal@3 (branch, version 2)", page.FindAll(".hermes-fact").Select(Words));
        Assert.Contains("Updates grow-ct (FAILED: It is too big.)", page.FindAll(".hermes-fact").Select(Words));
        Assert.Single(page.FindAll("a[href='/models/universal?version=3']"));
        Assert.Single(page.FindAll("a[href='/updates/grow-ct']"));
    }

    [Fact]
    public void Declaration_labels_figures_and_cases_are_shown()
    {
        Datasets.Status = () => Task.FromResult(Ready);
        Datasets.Cases = () => [.. Enumerable.Range(0, 300).Select(n => Cases.One(n, (1, n == 7 ? 900 : 100 + (n % 10))))];

        var page = Show();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("svg.hermes-box")));

        Assert.Equal(["Site", "clinic"], Cells(page.Find(".hermes-fact")));
        Assert.Contains(page.FindAll(".hermes-fact"), f => Words(f) == "Split 240 train, 60 test");
        var labels = page.FindAll("table[aria-labelledby=labels] tbody tr, [aria-labelledby=labels] tbody tr").Select(Cells).ToList();
        Assert.Equal(["1", "liver", "ct/liver", "300", "100", "105", "900", ""], labels[0]);
        Assert.Equal(["2", "spleen", "other/spleen", "0", "–", "–", "–", "–"], labels[1]);
        Assert.Equal("Quartiles 102, 105 and 107 ml, from 100 to 900", page.Find("svg.hermes-box").GetAttribute("aria-label"));
        Assert.Contains("case_007 : liver 900 ml (half of the cases: 102 to 107)", Words(page.Find("section[aria-labelledby=outliers] li")), StringComparison.Ordinal);
        Assert.Equal("/datasets/clinic/ct/cases/case_007?version=2", page.Find("section[aria-labelledby=outliers] li a").GetAttribute("href"));
        Assert.Equal(64, page.FindAll(".hermes-gallery li").Count);
        Assert.Equal("1–64 of 300", Words(page.Find(".hermes-pager [role=status]")));
    }

    [Fact]
    public void An_earlier_version_is_told_by_its_own_cases_and_not_by_those_of_the_newest()
    {
        Datasets.Status = () => Task.FromResult(Ready with { Warnings = ["It is odd."], WarningCount = 1 });
        Datasets.Cases = () => [.. Enumerable.Range(0, 3).Select(n => Cases.One(n) with { Split = n == 2 ? Split.Test : Split.Train })];
        Browser.NavigateTo("/datasets/clinic/ct?version=1");

        var page = Show();
        page.WaitForAssertion(() => Assert.Contains("Split: 2 train, 1 test.", Words(page.Find("section[aria-labelledby=images] p")), StringComparison.Ordinal));

        Assert.DoesNotContain(page.FindAll(".hermes-fact").Select(Words), f => f.StartsWith("Cases ", StringComparison.Ordinal) || f.StartsWith("Split ", StringComparison.Ordinal));
        Assert.Empty(page.FindAll("section[aria-labelledby=warnings]"));
    }

    [Fact]
    public void Problems_of_an_append_are_not_those_of_the_one_before()
    {
        Datasets.Problems = [.. Enumerable.Range(0, 60).Select(n => new Failure($"Problem {n}."))];
        var status = Ready with { Problems = [.. Datasets.Problems.Take(DatasetStatus.Told)], ProblemCount = 60 };
        Datasets.Status = () => Task.FromResult(status);
        var page = Show();
        page.Find("section[aria-labelledby=problems] button").Click();
        page.WaitForAssertion(() => Assert.Equal(60, page.FindAll("section[aria-labelledby=problems] li").Count));

        status = Ready with { Problems = [new Failure("Another problem.")], ProblemCount = 1 };
        Board.Tell(new PlatformChanges { Changes = [new PlatformChange(CatalogKinds.Dataset, "clinic/ct")] });

        page.WaitForAssertion(() => Assert.Equal("Another problem.", Words(Assert.Single(page.FindAll("section[aria-labelledby=problems] li")))));
    }

    [Fact]
    public void Cases_are_read_by_the_page_and_shown_by_a_part_of_it()
    {
        Datasets.Status = () => Task.FromResult(Ready);
        Datasets.Cases = () => [.. Enumerable.Range(0, 300).Select(n => Cases.One(n))];
        Browser.NavigateTo("/datasets/clinic/ct?page=5&version=1&cases=table");

        var page = Show();
        page.WaitForAssertion(() => Assert.Equal(44, page.FindAll("section[aria-labelledby=cases] tbody tr").Count));

        Assert.Equal("case_256", Words(page.Find("section[aria-labelledby=cases] tbody tr").Children[0]));
        Assert.All(Datasets.CasePages, asked => Assert.Equal(1, asked.Version));
        Assert.Equal(
            ["http://localhost/datasets/clinic/ct?cases=table", "http://localhost/datasets/clinic/ct?version=1&cases=table"],
            page.FindAll("section[aria-labelledby=declaration] .hermes-fact a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void Cases_are_shown_as_pictures_and_those_without_one_get_it_while_somebody_looks()
    {
        Datasets.Status = () => Task.FromResult(Ready);
        var isMade = false;
        Datasets.Cases = () => [.. new[] { Cases.One(0), Cases.One(1) }.Select((c, n) => c with { Facts = c.Facts with { Preview = isMade || n == 0 ? Cases.Preview : null } })];
        Datasets.Previews = () => true;

        var page = Show();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".hermes-gallery li").Count));

        Assert.Equal("/volumes/case/clinic/ct/2/case_000/thumbnail.png", page.Find(".hermes-gallery img").GetAttribute("src"));
        Assert.Equal("a picture is being made …", Words(page.Find(".hermes-gallery span.hermes-thumbnail")));
        Assert.Equal("/datasets/clinic/ct/cases/case_001?version=2", page.FindAll(".hermes-gallery a")[1].GetAttribute("href"));
        Assert.Equal([(2, 0)], Datasets.PreviewsAsked);
        isMade = true;
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".hermes-gallery img").Count));
    }

    [Fact]
    public void A_picture_that_cannot_be_made_is_said_to_be_none()
    {
        Datasets.Status = () => Task.FromResult(Ready);
        Datasets.Cases = () => [Cases.One(0)];

        var page = Show();

        page.WaitForAssertion(() => Assert.Equal("no picture", Words(page.Find(".hermes-gallery span.hermes-thumbnail"))));
    }

    [Fact]
    public void Every_problem_and_warning_is_told()
    {
        Datasets.Problems = [.. Enumerable.Range(0, 60).Select(n => new Failure($"Problem {n}."))];
        Datasets.Status = () => Task.FromResult(Ready with
        {
            State = DatasetState.Refused, Version = 0, Cases = 0, Problems = [.. Datasets.Problems.Take(DatasetStatus.Told)], ProblemCount = 60, Warnings = ["It is odd."], WarningCount = 1,
        });
        var page = Show();
        Assert.Equal(50, page.FindAll("section[aria-labelledby=problems] li").Count);

        page.Find("section[aria-labelledby=problems] button").Click();

        page.WaitForAssertion(() => Assert.Equal("Problem 59.", Words(page.FindAll("section[aria-labelledby=problems] li")[^1])));
        Assert.Empty(page.FindAll("section[aria-labelledby=problems] button"));
        Assert.Equal("It is odd.", Words(page.Find("section[aria-labelledby=warnings] li")));
        Assert.Empty(Datasets.CasePages);
    }

    [Fact]
    public void Cases_that_cannot_be_read_hide_nothing_else()
    {
        Datasets.Status = () => Task.FromResult(Ready);
        Datasets.Cases = () => throw new HermesException("The blob is missing.");

        var page = Show();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("[role=alert]").Count));
        Assert.Contains("clinic", Words(page.Find(".hermes-fact")), StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll("[aria-labelledby=labels] tbody tr").Count);
    }

    [Fact]
    public void The_policy_tells_shared_tasks_who_learns_it_by_itself_and_what_holds_it()
    {
        Datasets.Models = [Grown.InLine(2) with { Rules = [new GrowRule { Datasets = "clinic/*", Policy = BranchPolicy.Priors, Steps = 400 }] }];
        Datasets.Status = () => Task.FromResult(Ready with
        {
            Declaration = Ready.Declaration! with { Grow = "later" },
            Uses = [new DatasetUse { Model = "universal", ModelVersion = 3, Version = 0, IsTrunk = false, Promotion = 1 }],
        });

        var page = Show();

        var policy = page.FindAll("section[aria-labelledby=policy] .hermes-fact").Select(Words).ToList();
        Assert.Equal(
            ["Shared tasks spleen is other/spleen", "Learned by itself by later (as it was added) universal (clinic/*: a branch of priors alone, 400 steps, made live by a person)"], policy);
        Assert.Equal(
            ["/datasets?task=other%2Fspleen", "/models/later", "/models/universal"], page.FindAll("section[aria-labelledby=policy] a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void What_did_not_agree_leads_to_the_update_and_to_the_dataset_that_it_does_not_agree_with()
    {
        var nodes = new UpdateConflict(ConflictKind.OtherExtent, "clinic/nodes", "nodes/liver", "Another one is larger.", "local/old");
        Datasets.Updates =
        [
            new UpdateStatus
            {
                Name = "grow-ct", State = UpdateState.Promoted,
                Conflicts =
                [
                    new UpdateConflict(ConflictKind.OtherExtent, "clinic/ct", "ct/liver", "liver is larger.", "local/old"), nodes,
                    new UpdateConflict(ConflictKind.Absent, "clinic/ct", null, "It is in no case."),
                ],
            },
        ];
        Datasets.Status = () => Task.FromResult(Ready with
        {
            Updates = [.. Enumerable.Range(0, 12).Select(n => new DatasetUpdate { Update = $"grow-{n}", Model = "universal", State = "FAILED", At = default })],
        });

        var page = Show();

        Assert.Equal(["grow-ct : liver is larger. Compare local/old .", "grow-ct : It is in no case."], page.FindAll("section[aria-labelledby=conflicts] li").Select(Words));
        Assert.Equal(["/updates/grow-ct", "/datasets/local/old", "/updates/grow-ct"], page.FindAll("section[aria-labelledby=conflicts] li a").Select(a => a.GetAttribute("href")));
        Assert.Equal("Those of the newest 10 of 12 updates.", Words(page.FindAll("section[aria-labelledby=conflicts] p")[1]));
    }

    [Fact]
    public void What_could_learn_it_leads_to_what_learning_it_would_be()
    {
        Datasets.Models = [Grown.InLine(2)];
        Datasets.Status = () => Task.FromResult(Ready);

        var page = Show();

        Assert.Equal("No update learns it yet, and a trunk takes its datasets as they are: nothing was looked for.", Words(page.Find("section[aria-labelledby=conflicts] p")));
        Assert.Equal("/grow?model=universal&dataset=clinic%2Fct", page.Find("section[aria-labelledby=conflicts] a").GetAttribute("href"));
    }

    [Fact]
    public void The_latest_of_its_runs_are_told_and_lead_to_all_of_them()
    {
        Datasets.Status = () => Task.FromResult(Ready);
        Runs.List = () => Task.FromResult(new CatalogPage<RunRow>([Rows.Run("first", RunState.Failed) with { Cause = new Failure("It is too big.") }], 12));

        var page = Show();

        Assert.Equal("Runs 12", Words(page.Find("#runs")));
        Assert.Equal("first", Words(page.Find("a[href='/runs/first']")));
        Assert.Equal("FAILED It is too big.", Cells(page.Find("section[aria-labelledby=runs] tbody tr"))[1]);
        Assert.Single(page.FindAll("a[href='/runs?dataset=clinic%2Fct']"));
        Assert.Equal(new CatalogFilter { Dataset = "clinic/ct", Order = CatalogOrder.Newest }, Assert.Single(Runs.Asked));
    }

    private IRenderedComponent<DatasetDetail> Show() => Render<DatasetDetail>(p => p.Add(d => d.Site, "clinic").Add(d => d.Name, "ct"));
}
