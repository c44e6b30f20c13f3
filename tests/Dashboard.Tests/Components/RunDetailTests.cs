using Bunit;
using Hermes.Client.Models;
using Hermes.Client.Tests.Models;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Models;
using Hermes.Dashboard.Tests.Runs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Components;

public sealed class RunDetailTests : PageContext
{
    private const string Validation =
        """
        {"step":4,"loss":0.5}
        {"step":4,"validation":{"meanDice":0.5,"tasks":[{"task":"abdomen/liver","dice":0.75,"cases":2},{"task":"abdomen/spleen","dice":0.25,"cases":2}],"cases":[{"dataset":"abdomen","caseId":"good","dice":{"abdomen/liver":0.9}},{"dataset":"abdomen","caseId":"bad","dice":{"abdomen/liver":0.6,"abdomen/spleen":0.25}}]}}
        """;

    [Fact]
    public void A_run_that_does_not_exist_is_called_so()
    {
        var page = Page();

        page.WaitForAssertion(() => Assert.Contains("There is no run 'first'.", Words(page.Find(".hermes-empty")), StringComparison.Ordinal));
    }

    [Fact]
    public void Updates_and_studies_that_a_run_learns_for_are_told_apart_and_lead_to_where_they_are()
    {
        Runs.Status = Completed() with { Updates = ["grow", Names.RelationStudyNeed("universal@1")] };

        var page = Page();

        page.WaitForAssertion(() => Assert.Equal("/updates/grow", Link("grow")));
        Assert.Equal("/priors?model=universal&version=1", Link("Of universal@1"));

        string? Link(string words) => page.FindAll(".hermes-facts a").Single(a => Words(a) == words).GetAttribute("href");
    }

    [Fact]
    public void What_validations_found_of_a_few_cases_is_shown_over_the_steps()
    {
        var picture = new BlobRef("local", new string('5', 64), 1, MediaTypes.Png);
        Runs.Status = Completed() with { Samples = [.. new[] { 2, 1000 }.Select(step => new SampleStrip(step, [new SampleCase("abdomen", "good"), new SampleCase("brain", "bad")], picture))] };

        var page = Page();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".hermes-strips img").Count));

        Assert.Equal(["Step 2", "Step 1,000"], page.FindAll(".hermes-strips figcaption").Select(Words));
        var last = page.FindAll(".hermes-strips img")[1];
        Assert.Equal(("/volumes/run/first/1000.png", "384"), (last.GetAttribute("src"), last.GetAttribute("height")));
        Assert.Contains("good of abdomen, bad of brain", Words(page.Find("#samples")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_no_run_can_have_is_not_asked_for()
    {
        Publish([], []);

        var page = Render<RunDetail>(p => p.Add(d => d.Name, "no name"));

        Assert.Contains("There is no run 'no name'.", Words(page.Find(".hermes-empty")), StringComparison.Ordinal);
        Assert.Empty(Runs.Listened);
    }

    [Fact]
    public void A_run_is_told_with_what_was_asked_and_how_good_it_is()
    {
        Runs.Status = Completed();

        var page = Page();

        page.WaitForAssertion(() => Assert.Equal("COMPLETED", Words(page.Find(".hermes-state"))));
        var facts = page.FindAll(".hermes-fact").ToDictionary(f => Words(f.QuerySelector("dt")!), f => Words(f.QuerySelector("dd")!));
        Assert.Equal(("tiny", "3", "universal@2", "local/abdomen@1"), (facts["Configuration"], facts["Seed"], facts["Model"], facts["Datasets"]));
        Assert.Equal("0.500 at step 4", facts["Best mean Dice"]);
        Assert.Equal([["abdomen/spleen", "0.250", "2"], ["abdomen/liver", "0.750", "2"]], Table(page, "tasks"));
        Assert.Equal([["bad", "abdomen", "0.425", "abdomen/spleen 0.250, abdomen/liver 0.600"], ["good", "abdomen", "0.900", "abdomen/liver 0.900"]], Table(page, "cases"));
        Assert.Equal("/datasets/local/abdomen/cases/bad?version=1", page.Find("section[aria-labelledby=cases] tbody a").GetAttribute("href"));
        Assert.Equal(["4 (best)", "0.500", "1.2 MiB", new string('a', 12)], Table(page, "checkpoints").Single());
    }

    [Fact]
    public void Its_charts_are_those_of_the_numbers_it_reported_and_of_those_that_the_address_names()
    {
        Runs.Status = Completed();
        Browser.NavigateTo("/runs/first?metric=dice%2Fabdomen%2Fliver&metric=unknown");

        var page = Page();

        page.WaitForAssertion(() => Assert.Equal(["Loss", "Mean validation Dice", "dice/abdomen/liver"], page.FindAll(".hermes-chart h3").Select(Words)));
        Assert.Equal("all 0.5", page.Find("[data-chart=Loss]").GetAttribute("aria-label"));
    }

    [Fact]
    public void What_is_new_is_shown_without_being_asked_for()
    {
        Runs.Status = TestRun.Status(RunState.Running, TestRun.Stretch(Runs, 1, 4));
        var page = Page();
        page.WaitForAssertion(() => Assert.Contains("4 / 100 steps", page.Markup, StringComparison.Ordinal));

        Runs.Story.Writer.TryWrite(TestRun.Trains(1, 6, 0.5));

        page.WaitForAssertion(() => Assert.Contains("6 / 100 steps", page.Markup, StringComparison.Ordinal));
        Assert.Contains("RUNNING, train 6 of 100", Words(page.Find(".hermes-log")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_under_way_can_be_cancelled_and_one_that_was_can_be_resumed()
    {
        Runs.Status = TestRun.Status(RunState.Running);
        var page = Page();
        page.WaitForElement(".hermes-action button");
        Confirm(page, "Cancel the run");

        Runs.Status = TestRun.Status(RunState.Cancelled);
        page.WaitForAssertion(() => Assert.Contains("Resume the run", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(15));
        Confirm(page, "Resume the run");

        Assert.Equal(["cancel first", "resume first"], RunActions.Done);
    }

    [Fact]
    public void The_version_that_came_of_it_can_be_made_live_and_the_one_that_is_cannot()
    {
        var model = Grown.Forked();
        var origins = ModelLineage.Of(model);
        Models.View = version => Task.FromResult(new ModelView(model, origins, origins[version!.Value - 1], null));
        Runs.Status = Completed();
        var page = Page();
        page.WaitForAssertion(() => Assert.Contains("Make universal@2 live and drop nodes", page.Markup, StringComparison.Ordinal));

        Assert.Contains("nodes is no longer answered, lesions is answered then", Ask(page, "Make universal@2 live and drop nodes"), StringComparison.Ordinal);
        Assert.Empty(ModelActions.Done);
        model = model with { Aliases = new Dictionary<string, int>(model.Aliases) { [IModelGrain.LiveAlias] = 2 } };
        Confirm(page, "Make universal@2 live and drop nodes");

        Assert.Equal(["make universal@2 live, dropping nodes"], ModelActions.Done);
        page.WaitForAssertion(() => Assert.DoesNotContain("Make universal@2", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void A_viewer_may_not_make_the_version_live()
    {
        Visitor.Bearer = new Bearer("mara", Role.Viewer, "1");
        var model = Grown.Forked();
        Models.View = version => Task.FromResult(new ModelView(model, ModelLineage.Of(model), ModelLineage.Of(model)[version!.Value - 1], null));
        Runs.Status = Completed();

        var page = Page();

        Assert.True(page.WaitForElement(".hermes-action button").HasAttribute("disabled"));
        Assert.Contains("this needs a trainer", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_viewer_is_told_that_they_may_not()
    {
        Visitor.Bearer = new Bearer("mara", Role.Viewer, "1");
        Runs.Status = TestRun.Status(RunState.Running);

        var page = Page();

        Assert.True(page.WaitForElement(".hermes-action button").HasAttribute("disabled"));
        Assert.Contains("this needs a trainer", page.Markup, StringComparison.Ordinal);
    }

    private static IEnumerable<List<string>> Table(IRenderedComponent<RunDetail> page, string heading) =>
        page.FindAll($"section[aria-labelledby={heading}] tbody tr").Select(Cells);

    private IRenderedComponent<RunDetail> Page()
    {
        Publish([], []);
        return Render<RunDetail>(p => p.Add(d => d.Name, TestRun.Name));
    }

    private RunStatus Completed() => TestRun.Status(RunState.Completed, TestRun.Stretch(Runs, 1, 4, Validation)) with
    {
        Datasets = [new PinnedDataset("local/abdomen", 1)],
        ModelVersion = 2,
        Checkpoints =
        [
            new CheckpointHead(4, new BlobRef("local", new string('a', 64), 1_230_000, MediaTypes.Safetensors), 0.5)
            {
                Tasks = [new ValidatedTask("abdomen/liver", 0.75, 2), new ValidatedTask("abdomen/spleen", 0.25, 2)],
            },
        ],
    };
}
