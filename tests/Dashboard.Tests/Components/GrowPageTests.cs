using Bunit;
using Hermes.Client.Connection;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Models;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Tests.Components;

public sealed class GrowPageTests : PageContext
{
    private static readonly UpdatePreview Foreseen = new()
    {
        Base = "universal@2",
        Branches = [new BranchEstimate(new PinnedDataset("local/lesions", 3), 400, 600, 12_345)],
        Estimate = "A step of the trunk took 1.5 s.",
        Devices = ["silo/cpu: cpu, 2 threads"],
        Structures =
        [
            new NewStructure
            {
                Task = "lesions/lesion",
                Dataset = "local/lesions",
                Cases = 7,
                VolumeMl = 4.2,
                Nearest = [new NearPrior { Task = "abdomen/liver", IsTrunk = true, IsSameModality = false, Dice = 0.125, Cases = 3, VolumeMl = 900, VolumeOverlap = 0.25 }],
                InitialTask = "abdomen/liver",
            },
            new NewStructure { Task = "lesions/cyst", Dataset = "local/lesions", Cases = 0 },
        ],
        Conflicts = [],
        MayMove = [],
        Recommended = BranchPolicy.Branch,
        Reason = "No prompt of the trunk finds lesions/lesion well.",
        Questions = 6,
        Answered = 6,
        Remarks = ["Of lesions/cyst no case tells."],
    };

    public GrowPageTests()
    {
        Publish([], []);
        Models.List = () => Task.FromResult(new CatalogPage<ModelRow>([Model("universal", 2), Model("young", null), Model("other", 1)], 3));
        Datasets.List = () => Task.FromResult(new CatalogPage<DatasetRow>([Rows.Dataset("lesions"), Rows.Dataset("nodes")], 25));
        UpdateActions.Preview = _ => Task.FromResult(Foreseen);
    }

    [Fact]
    public void Where_nothing_can_grow_it_says_how_to_begin()
    {
        Models.List = () => Task.FromResult(new CatalogPage<ModelRow>([Model("young", null)], 1));

        Assert.Contains("./hermes train", Words(Show().WaitForElement(".hermes-empty")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_that_is_ticked_stands_in_the_address_and_what_is_searched_for_is_asked_of_the_platform()
    {
        var page = Show("?search=les");
        Assert.Equal(("READY", "les"), (Datasets.Asked.Last().State, Datasets.Asked.Last().Search));
        Assert.Contains("23 more are ready", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Choose a dataset", page.Markup, StringComparison.Ordinal);

        page.FindAll("input[type=checkbox]")[0].Change(true);
        Assert.EndsWith("/grow?search=les&dataset=local%2Flesions", Browser.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.True(page.FindAll("input[type=checkbox]")[0].HasAttribute("checked")));
        page.FindAll("input[type=checkbox]")[0].Change(false);
        Assert.EndsWith("/grow?search=les", Browser.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_foreseen_is_told_as_the_command_tells_it()
    {
        var page = Show("?dataset=local/lesions");

        page.WaitForAssertion(() => Assert.Equal("universal@2", Words(Fact(page, "Grows from"))));
        Assert.Equal("none", Words(Fact(page, "Old tasks that may move")));
        Assert.Equal("branch. No prompt of the trunk finds lesions/lesion well.", Words(Fact(page, "Recommended policy")));
        Assert.Equal("6 of 6 questions", Words(Fact(page, "Old tasks were asked")));
        Assert.Equal(["local/lesions@3", "400", "about 10 min 00 s", "about 12,345"], Cells(page.Find("[aria-label='Branches that would be learned'] tbody tr")));
        var rows = page.FindAll("[aria-label='New structures and the old tasks nearest to them'] tbody tr");
        Assert.Equal(["lesions/lesion", "7", "4.20", "abdomen/liver (where 'nearest' begins)", "0.125", "900", "another", "25 %", "trunk"], Cells(rows[0]));
        Assert.Equal(["lesions/cyst", "0", "–", "none"], Cells(rows[1]));
        Assert.Contains("Of lesions/cyst no case tells.", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(page.FindAll("button"), b => Words(b) == "Ask the old tasks");
    }

    [Fact]
    public void Old_tasks_are_asked_when_somebody_wants_it_and_the_answers_are_counted()
    {
        var preview = Foreseen with { Answered = 0 };
        UpdateActions.Preview = _ => Task.FromResult(preview);
        var page = Show("?dataset=local/lesions");

        page.WaitForAssertion(() => Assert.Equal("0 of 6 questions", Words(Fact(page, "Old tasks were asked"))));
        preview = preview with { Answered = 2, Waiting = 4 };
        Press(page, "Ask the old tasks");

        page.WaitForAssertion(() => Assert.Equal("2 / 6 questions", Words(Fact(page, "Old tasks were asked"))));
        Assert.Equal(["ask"], UpdateActions.Done);

        // The next look follows by itself.
        preview = Foreseen;
        page.WaitForAssertion(() => Assert.Equal("6 of 6 questions", Words(Fact(page, "Old tasks were asked"))));
    }

    [Fact]
    public void An_update_is_begun_as_the_address_says_and_its_page_opens()
    {
        var page = Show("?model=other&dataset=local/lesions&dataset=local/nodes&policy=priors&init=nearest&steps=40");

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("dl")));
        Confirm(page, "Begin");

        page.WaitForAssertion(() => Assert.EndsWith("/updates/grown", Browser.Uri, StringComparison.Ordinal));
        var asked = Assert.Single(UpdateActions.Requests);
        Assert.Equal(("other", UpdatePolicy.Priors, 40, true), (asked.Model, asked.Policy, asked.Steps, asked.NearestPriors));
        Assert.Same(Foreseen, Assert.Single(UpdateActions.Seen));
        Assert.Equal(["local/lesions", "local/nodes"], asked.Datasets);
    }

    [Fact]
    public void A_preview_that_takes_its_time_is_asked_for_once_however_often_the_page_is_drawn()
    {
        var (asked, answer) = (0, new TaskCompletionSource<UpdatePreview>());
        UpdateActions.Preview = _ =>
        {
            asked++;
            return answer.Task;
        };
        var page = Show("?dataset=local/lesions");
        page.WaitForAssertion(() => Assert.Equal(1, asked));

        for (var change = 1; change <= 3; change++)
        {
            Publish([Rows.Dataset($"other{change}")], []);
            page.Render();
        }

        answer.SetResult(Foreseen);
        page.WaitForAssertion(() => Assert.Equal("universal@2", Words(Fact(page, "Grows from"))));
        Assert.Equal(1, asked);
    }

    [Fact]
    public void What_contradicts_is_accepted_by_whoever_begins_in_spite_of_it()
    {
        UpdateActions.Preview = _ => Task.FromResult(Foreseen with { Conflicts = [new UpdateConflict(ConflictKind.OtherExtent, "local/lesions", "lesions/lesion", "A lesion of nine litres.")] });
        var page = Show("?dataset=local/lesions");
        page.WaitForAssertion(() => Assert.Contains("Conflict: A lesion of nine litres.", page.Markup, StringComparison.Ordinal));

        Assert.Contains("you accept them", Ask(page, "Begin in spite of conflicts"), StringComparison.Ordinal);
        Confirm(page, "Begin in spite of conflicts");

        page.WaitForAssertion(() => Assert.Single(Assert.Single(UpdateActions.Seen).Conflicts));
    }

    [Fact]
    public void What_would_be_refused_says_so_and_can_be_chosen_anew()
    {
        UpdateActions.Preview = _ => throw new HermesException("universal@2 has a branch of local/lesions@3 already.", hint: "Update it when the dataset has new cases.");

        var page = Show("?dataset=local/lesions");

        page.WaitForAssertion(() => Assert.Contains("has a branch of local/lesions@3 already. Update it", Words(page.Find("[role=alert]")), StringComparison.Ordinal));
        Assert.NotEmpty(page.FindAll("input[type=checkbox]"));
        Assert.DoesNotContain(page.FindAll("button"), b => Words(b) == "Begin");
    }

    [Fact]
    public void Who_may_not_begin_an_update_is_not_told_what_it_would_be()
    {
        Visitor.Bearer = new Bearer("anna", Role.Viewer, "1");
        UpdateActions.Preview = _ => throw new InvalidOperationException("It was asked for.");

        var page = Show("?dataset=local/lesions");

        page.WaitForAssertion(() => Assert.Equal("'anna' is a viewer here; this needs a trainer.", Words(page.Find("[aria-labelledby=foreseen] p"))));
        Assert.Empty(page.FindAll("[aria-labelledby=foreseen] button"));
    }

    private static ModelRow Model(string name, int? live) => new() { Name = name, Versions = 1, Live = live };

    private static AngleSharp.Dom.IElement Fact(IRenderedComponent<GrowPage> page, string name) =>
        page.FindAll(".hermes-fact").First(f => Words(f.Children[0]) == name).Children[1];

    private IRenderedComponent<GrowPage> Show(string query = "")
    {
        Browser.NavigateTo($"/grow{query}");
        return Render<GrowPage>();
    }
}
