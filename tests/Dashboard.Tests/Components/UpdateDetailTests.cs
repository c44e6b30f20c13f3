using AngleSharp.Dom;
using Bunit;
using Hermes.Client.Tests.Models;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Updates;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Tests.Components;

public sealed class UpdateDetailTests : PageContext
{
    private static readonly UpdateStatus Doubtful = Grown.Update(UpdateState.Certified) with
    {
        Request = new UpdateRequest { Datasets = ["local/nodes"], Policy = UpdatePolicy.Full },
        Certificate = Grown.TrunkCertificate(),
    };

    public UpdateDetailTests() => Publish([], []);

    [Fact]
    public void An_update_that_is_not_there_is_said_to_be_absent() => Assert.Contains("There is no update 'grow-nodes'.", Show().Markup, StringComparison.Ordinal);

    [Fact]
    public void What_the_platform_tells_of_it_and_its_runs_is_read_and_what_it_tells_of_others_is_not()
    {
        var (reads, update) = (0, Grown.Update(UpdateState.Training, isLearned: false));
        Updates.View = () =>
        {
            reads++;
            return Task.FromResult(new UpdateView(update, new Dictionary<string, RunStatus> { ["learns"] = new() { Name = "learns", State = RunState.Running } }));
        };
        var page = Show();
        page.WaitForAssertion(() => Assert.Equal(1, reads));

        Board.Tell(new PlatformChanges { Changes = [new PlatformChange(CatalogKinds.Update, "another"), new PlatformChange(CatalogKinds.Run, "another"), new PlatformChange(CatalogKinds.Run, "grow-nodes")] });
        Board.Tell(PlatformChanges.Nothing);
        for (var burst = 0; burst < 100; burst++)
        {
            Board.Tell(new PlatformChanges { Changes = [new PlatformChange(CatalogKinds.Run, "learns", IsProgress: true)] });
        }

        page.WaitForAssertion(() => Assert.Equal(2, reads));
        update = Grown.Update(UpdateState.Evaluating);
        Board.Tell(new PlatformChanges { Changes = [new PlatformChange(CatalogKinds.Update, "grow-nodes")] });
        page.WaitForAssertion(() => Assert.Equal("● EVALUATING", Words(page.Find("svg .is-here text"))), TimeSpan.FromSeconds(3));
        Assert.Equal(3, reads);
    }

    [Fact]
    public void Every_state_is_drawn_once_and_where_it_stands_is_marked_and_told()
    {
        Have(Grown.Update(UpdateState.Training, isLearned: false));

        var page = Show();

        Assert.Equal(
            Enum.GetValues<UpdateState>().Where(s => s != UpdateState.Absent).Select(s => s.Word()).Order(StringComparer.Ordinal),
            page.FindAll("svg.hermes-course g > text").Select(t => Words(t).Trim('✓', '●', ' ')).Order(StringComparer.Ordinal));
        Assert.Equal("● TRAINING", Words(page.Find("svg .is-here text")));
        Assert.Equal(["✓ REGISTERED", "✓ GROWING"], page.FindAll("svg .is-passed text").Select(Words));
        Assert.Equal(["EVALUATING", "CANCELLED", "FAILED"], page.FindAll("svg .is-next text").Select(Words));
        Assert.Equal("It is TRAINING after REGISTERED and GROWING; it goes on to EVALUATING, CANCELLED or FAILED.", page.Find("svg.hermes-course").GetAttribute("aria-label"));
    }

    [Fact]
    public void Every_move_of_the_state_machine_is_a_line()
    {
        Have(Grown.Update(UpdateState.Training));

        Assert.Equal(UpdateStates.Moves.Where(m => m.From != UpdateState.Absent).Sum(m => m.To.Length), Show().FindAll("svg.hermes-course > path").Count);
    }

    [Fact]
    public void What_was_asked_is_told()
    {
        Have(Grown.Update(UpdateState.Promoted) with { PromotedVersion = 3 });

        var page = Show();
        var facts = page.FindAll("section[aria-labelledby=asked] .hermes-fact").Select(Words).ToList();

        Assert.Contains("Grows from universal@1", facts);
        Assert.Contains("Live as universal@3", facts);
        Assert.Contains("Policy branch", facts);
        Assert.Contains("Budget 5 min 00 s, which became 487 steps of about 0.616 s when it was asked for", facts);
        Assert.Contains("Initial priors random", facts);
        Assert.Contains("Becomes live when a person says so", facts);
        Assert.Equal("/datasets/local/nodes", page.Find("section[aria-labelledby=asked] a[href^='/datasets']").GetAttribute("href"));
    }

    [Fact]
    public void Runs_say_how_far_they_are_and_what_was_learned()
    {
        var learning = Grown.Update(UpdateState.Training, isLearned: false);
        var waiting = learning.Branches[0] with { Run = "branch-3c4d" };
        Have(
            learning with { Branches = [learning.Branches[0], waiting, Grown.Update(UpdateState.Training).Branches[0] with { Run = "branch-5e6f" }] },
            new RunStatus { Name = "branch-1a2b", State = RunState.Running, Step = 100, StepsTotal = 487 });

        var rows = Show().FindAll("section[aria-labelledby=learning] tbody tr");

        Assert.Equal(["branch", "local/nodes@1", "branch-1a2b", "RUNNING 100 / 487 steps", "–", "–", "–"], Cells(rows[0]));
        Assert.Equal("not begun, 487 steps", Cells(rows[1])[3]);
        Assert.Equal(["learned, 487 steps", "1,234", "0.800", Grown.Branch("nodes").Package.Sha256[..12]], Cells(rows[2]).Skip(3));
        Assert.Equal("/runs/branch-1a2b", rows[0].QuerySelector("a[href^='/runs']")?.GetAttribute("href"));
    }

    [Fact]
    public void Conflicts_and_what_went_wrong_are_told()
    {
        Have(Grown.Update(UpdateState.Failed) with
        {
            Cause = new Failure("The run failed at step 3.", Hint: "Look at its labels."),
            Conflicts = [new UpdateConflict(ConflictKind.OtherExtent, "local/nodes", "nodes/one", "It is much larger."), new UpdateConflict(ConflictKind.Absent, "local/nodes", null, "It is in no case.")],
        });

        var page = Show();

        Assert.Contains("The run failed at step 3. Look at its labels.", Words(page.Find("section[aria-labelledby=course]")), StringComparison.Ordinal);
        Assert.Equal(["Accepted: It is much larger.", "Note: It is in no case."], page.FindAll("section[aria-labelledby=conflicts] li").Select(Words));
    }

    [Fact]
    public void A_certificate_of_branches_tells_which_bits_were_compared_those_that_differ_first()
    {
        var certificate = Grown.Certificate();
        var moved = certificate.Probes[1] with { After = Grown.Blob("c").Sha256 };
        Have(Grown.Update(UpdateState.Rejected) with { Certificate = certificate with { IsGranted = false, Probes = [certificate.Probes[0], moved] } });

        var page = Show();
        var tables = page.FindAll("section[aria-labelledby=certificate] tbody");

        Assert.Equal("Verdict REFUSED", Words(page.Find("section[aria-labelledby=certificate] .hermes-fact")));
        Assert.Equal(["chest", "local/chest/b", Grown.Blob("b").Sha256[..12], Grown.Blob("c").Sha256[..12], "differ"], Cells(tables[0].Children[0]));
        Assert.Equal("equal", Cells(tables[0].Children[1])[4]);
        Assert.Equal(["nodes/one", "0.812", "–", "3", "test"], Cells(tables[1].Children[0]));
        Assert.Equal(
            ["The group nodes is measured and not compared.", "The bits are promised for these devices and this version of the platform: silo/cpu: cpu, 2 threads."],
            page.FindAll("section[aria-labelledby=certificate] li").Select(Words));
    }

    [Fact]
    public void A_certificate_of_a_trunk_tells_what_every_old_task_lost()
    {
        Have(Doubtful);

        var page = Show();
        var rows = page.FindAll("section[aria-labelledby=certificate] tbody")[0].Children;

        Assert.Equal("Verdict GRANTED WITH DOUBTS", Words(page.Find("section[aria-labelledby=certificate] .hermes-fact")));
        Assert.Equal(["abdomen/liver", "0.900", "0.895", "-0.005", "-0.008", "12"], Cells(rows[0]));
        Assert.Equal(["abdomen/spleen", "0.800", "0.820", "+0.020", "too few cases", "1"], Cells(rows[1]));
    }

    [Fact]
    public void An_old_task_that_lost_more_than_the_tolerance_stands_first_and_is_marked()
    {
        var kidney = new TaskChange("abdomen", "abdomen/kidney", 3, 0.9, 0.6, -0.3, null);
        Have(Doubtful with { Certificate = Grown.TrunkCertificate() with { Changes = [.. Grown.TrunkCertificate().Changes, kidney] } });

        var page = Show();

        Assert.Equal("abdomen/kidney", Cells(page.FindAll("section[aria-labelledby=certificate] tbody")[0].Children[0])[0]);
        Assert.Equal("-0.300", Words(Assert.Single(page.FindAll(".hermes-worse"))));
    }

    [Theory]
    [InlineData(UpdateState.Training, "Cancel", "cancel grow-nodes", "what was learned is kept for a resume")]
    [InlineData(UpdateState.Failed, "Resume", "resume grow-nodes", "goes on where it was")]
    [InlineData(UpdateState.Cancelled, "Resume", "resume grow-nodes", "goes on where it was")]
    [InlineData(UpdateState.Certified, "Promote", "promote grow-nodes", "nodes becomes part of what universal serves")]
    public void What_a_state_allows_is_done_once_it_was_confirmed(UpdateState state, string label, string done, string said)
    {
        Have(Grown.Update(state));
        var page = Show();

        Assert.Contains(said, Ask(page, label), StringComparison.Ordinal);
        Assert.Empty(UpdateActions.Done);
        Confirm(page, label);

        Assert.Equal([done], UpdateActions.Done);
    }

    [Theory]
    [InlineData(UpdateState.Promoted)]
    [InlineData(UpdateState.Rejected)]
    public void What_has_ended_for_good_offers_nothing(UpdateState state)
    {
        Have(Grown.Update(state));

        Assert.Empty(Show().FindAll("button"));
    }

    [Fact]
    public void Doubts_are_accepted_by_an_administrator_who_is_told_so()
    {
        Have(Doubtful);
        var page = Show();

        Assert.Contains("You accept that of an old task there are too few cases", Ask(page, "Accept and promote"), StringComparison.Ordinal);
        Confirm(page, "Accept and promote");
        Assert.Equal(["accept and promote grow-nodes"], UpdateActions.Done);

        Visitor.Bearer = new Bearer("tom", Role.Trainer, "1");
        Assert.True(Button(Show(), "Accept and promote").HasAttribute("disabled"));
    }

    [Fact]
    public void Until_it_is_certified_it_says_what_is_foreseen_of_the_version_that_it_grows_from()
    {
        var asked = new List<UpdateRequest>();
        UpdateActions.Preview = request =>
        {
            asked.Add(request);
            return Task.FromException<UpdatePreview>(new HermesException("The dataset was withdrawn."));
        };
        Have(Grown.Update(UpdateState.Training, isLearned: false) with { BaseVersion = 3 });

        var page = Show();

        page.WaitForAssertion(() => Assert.Contains("The dataset was withdrawn.", Words(page.Find("[aria-labelledby=foreseen] [role=alert]")), StringComparison.Ordinal));
        Assert.Equal("3", Assert.Single(asked).Version);
        Assert.NotEmpty(page.FindAll("svg.hermes-course"));
        foreach (var ended in new[] { UpdateState.Promoted, UpdateState.Failed, UpdateState.Cancelled })
        {
            Have(Grown.Update(ended));
            Assert.Empty(Show().FindAll("[aria-labelledby=foreseen]"));
        }

        Assert.Single(asked);
    }

    [Fact]
    public void What_is_foreseen_of_newer_versions_than_it_learns_is_not_told_as_its_own()
    {
        UpdateActions.Preview = request => Task.FromResult(new UpdatePreview
        {
            Base = "universal@1", Branches = [], Estimate = "A step took 1 s.", Devices = [], Structures = [], Conflicts = [], MayMove = [], Recommended = BranchPolicy.Branch, Reason = "",
            Datasets = [new PinnedDataset("local/nodes", 2)],
        });
        Have(Grown.Update(UpdateState.Training, isLearned: false));

        var page = Show();

        page.WaitForAssertion(() => Assert.Contains("newer versions than it learns", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("A step took 1 s.", page.Markup, StringComparison.Ordinal);
    }

    private static IElement Button(IRenderedComponent<UpdateDetail> page, string label) => page.FindAll("button").Single(b => Words(b) == label);

    private void Have(UpdateStatus update, params RunStatus[] runs) =>
        Updates.View = () => Task.FromResult(new UpdateView(update, runs.ToDictionary(r => r.Name)));

    private IRenderedComponent<UpdateDetail> Show() => Render<UpdateDetail>(parameters => parameters.Add(p => p.Name, "grow-nodes"));
}
