using AngleSharp.Dom;
using Bunit;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Components;

public sealed class OverviewTests : PageContext
{
    [Fact]
    public void A_platform_that_cannot_be_read_is_not_called_absent()
    {
        Board.Publish(new PlatformView(Contents: null, "Something answers at 10.0.0.7:5081, but it is not a Hermes platform."));

        var alert = Words(Show().Find("[role=alert]"));

        Assert.Contains("it is not a Hermes platform", alert, StringComparison.Ordinal);
        Assert.DoesNotContain("start one with", alert, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_platform_teaches_the_commands()
    {
        Publish([], []);

        var commands = Show().FindAll("pre").Select(Words);

        Assert.Collection(
            commands,
            c => Assert.StartsWith("./hermes dataset add NAME --modality ct --images", c, StringComparison.Ordinal),
            c => Assert.StartsWith("./hermes train --name", c, StringComparison.Ordinal));
    }

    [Fact]
    public void Updates_studies_and_questions_under_way_are_told_with_how_far_they_are()
    {
        WorkRow[] work =
        [
            new(WorkKind.Update, "grow-lesions", "local/lesions", "TRAINING", 12, 40) { SecondsLeft = 90 }, new(WorkKind.Study, "universal@2", "what tasks gain from each other", "TRAINING", 3, 90),
            new(WorkKind.Segmentation, new string('a', 64), "scan.nii.gz by universal@2", "QUEUED", 0, 0),
        ];
        Board.Publish(new PlatformView(new PlatformContents([], [], 0, 0) { Work = work }));

        var rows = Show().FindAll("[aria-labelledby=work] tbody tr");

        Assert.Equal(["update grow-lesions", "local/lesions", "TRAINING", "12 / 40 steps", "1 min 30 s"], Cells(rows[0]));
        Assert.Equal(["study universal@2", "what tasks gain from each other", "TRAINING", "3 / 90 trainings", "–"], Cells(rows[1]));
        Assert.Equal(["segmentation aaaaaaaa", "scan.nii.gz by universal@2", "QUEUED", "", "–"], Cells(rows[2]));
        Assert.Equal(
            ["/updates/grow-lesions", "/priors?model=universal&version=2", $"/segment/{new string('a', 64)}"],
            rows.Select(r => r.QuerySelector("a")!.GetAttribute("href")));
    }

    [Fact]
    public void A_dataset_is_a_row_with_its_cases_per_split()
    {
        Publish([Rows.Dataset("ct_abdomen") with { Site = "clinic", Cases = 40, Train = 31, Validation = 4, Test = 5 }], []);

        var cells = Cells(Row(Show(), "ct_abdomen"));

        Assert.Equal(["ct_abdomen", "clinic", "ct", "40", "31 / 4 / 5", "READY"], cells);
    }

    [Fact]
    public void An_add_under_way_shows_how_far_it_is()
    {
        Publish([Rows.Dataset("t1_brain", DatasetState.Ingesting) with { Ingested = 12, IngestTotal = 40 }], []);

        var row = Row(Show(), "t1_brain");
        var bar = row.QuerySelector("[role=progressbar]")!;

        Assert.Contains("INGESTING", Words(row), StringComparison.Ordinal);
        Assert.Equal("12", bar.GetAttribute("aria-valuenow"));
        Assert.Equal("40", bar.GetAttribute("aria-valuemax"));
        Assert.Equal("Ingest of t1_brain", bar.GetAttribute("aria-label"));
        Assert.Equal("12 / 40 cases", bar.GetAttribute("aria-valuetext"));
    }

    [Fact]
    public void A_refused_dataset_says_why_and_leads_to_the_rest()
    {
        var cause = new Failure("Label value 7 is not in the label table.", "labels/pet_3.nii.gz", "Mend the file.", "pet_3");
        Publish([Rows.Dataset("pet", DatasetState.Refused) with { Cause = cause, MoreCauses = 2 }], []);

        var row = Row(Show(), "pet");
        var text = Words(row);

        Assert.Contains("REFUSED", text, StringComparison.Ordinal);
        Assert.Contains("Case pet_3: Label value 7 is not in the label table. (labels/pet_3.nii.gz) Mend the file.", text, StringComparison.Ordinal);
        Assert.Contains("and 2 more", text, StringComparison.Ordinal);
        Assert.All(row.QuerySelectorAll("a"), link => Assert.Equal("/datasets/local/pet", link.GetAttribute("href")));
    }

    [Fact]
    public void A_dataset_says_what_is_unusual_about_it()
    {
        Publish([Rows.Dataset("ct") with { Warning = "pancreas (label 3) occurs in 0 of 4 cases.", MoreWarnings = 2 }], []);

        var text = Words(Row(Show(), "ct"));

        Assert.Contains("Warning: pancreas (label 3) occurs in 0 of 4 cases. and 2 more", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_a_row_with_progress_loss_time_left_device_and_model()
    {
        var run = Rows.Run("first", RunState.Running) with
        {
            Phase = "train",
            Step = 375,
            StepsTotal = 1500,
            Loss = 0.43126,
            SecondsLeft = 395.2,
            Device = "silo/cpu0",
        };
        Publish([], [run]);

        var row = Row(Show(), "first");

        Assert.Equal(["first", "RUNNING train on silo/cpu0", "375 / 1,500 steps", "0.4313", "6 min 36 s", "universal"], Cells(row));
        Assert.Equal("375", row.QuerySelector("[role=progressbar]")!.GetAttribute("aria-valuenow"));
    }

    [Theory]
    [InlineData(RunState.Queued, "QUEUED")]
    [InlineData(RunState.Interrupted, "INTERRUPTED")]
    [InlineData(RunState.Cancelling, "CANCELLING")]
    [InlineData(RunState.Cancelled, "CANCELLED")]
    [InlineData(RunState.Completed, "COMPLETED")]
    [InlineData(RunState.Failed, "FAILED")]
    public void Every_state_of_a_run_is_told_in_its_own_word(RunState state, string word)
    {
        Publish([], [Rows.Run("r", state)]);

        Assert.Equal(word, Cells(Row(Show(), "r"))[1]);
    }

    [Fact]
    public void A_failed_run_shows_its_cause_and_what_to_do()
    {
        var cause = new Failure("The worker exited 137 at step 210 three times.", Hint: "Train with --preset tiny.");
        Publish([], [Rows.Run("big", RunState.Failed) with { Step = 210, StepsTotal = 2000, Cause = cause }]);

        Assert.Equal("FAILED The worker exited 137 at step 210 three times. Train with --preset tiny.", Cells(Row(Show(), "big"))[1]);
    }

    [Fact]
    public void What_stands_around_datasets_and_runs_is_told_in_a_few_numbers()
    {
        var summary = new PlatformSummary { Sites = ["clinic", "local"], Silos = 3, Used = 2, Answering = 1, Free = 1, Silent = 1, Waiting = 3, Held = 1, Segmentations = 1 };
        var run = Rows.Run("first", RunState.Running) with { Phase = "train", SecondsLeft = 90 };
        Publish(summary, run, Rows.Run("second", RunState.Running) with { Phase = "prepare" }, Rows.Run("third", RunState.Running), Rows.Run("old", RunState.Completed));

        var page = Show();

        Assert.Equal(
            [
                "Sites clinic, local", "Silos 3", "Devices 2 used, 1 answering, 1 free, 1 silent", "Waiting 2 runs, 1 held, 1 segmentation", "At work first 1 min 30 s left second prepare and 1 more",
            ],
            page.FindAll(".hermes-fact").Select(Words));
        Assert.Empty(page.FindAll(".hermes-alerts"));
    }

    [Theory]
    [InlineData(AlertAbout.Run, "first", "/runs/first")]
    [InlineData(AlertAbout.Run, "", "/runs?state=failed")]
    [InlineData(AlertAbout.Update, "grow", "/updates/grow")]
    [InlineData(AlertAbout.Event, "dataset/local/a@1", "/events/dataset/local/a%401")]
    [InlineData(AlertAbout.Event, "", "/events?state=failed")]
    [InlineData(AlertAbout.Dataset, "local/pet", "/datasets/local/pet")]
    [InlineData(AlertAbout.Queue, "", "/queue")]
    [InlineData(AlertAbout.Platform, "", "/admin")]
    public void What_waits_for_a_person_says_what_to_do_and_leads_there(object about, string name, string address)
    {
        Publish(new PlatformSummary { Alerts = [new Alert(true, "It is so.", "Do it.", (AlertAbout)about, name)] });

        var alert = Assert.Single(Show().FindAll(".hermes-alerts li"));

        Assert.StartsWith("It is so. Do it.", Words(alert), StringComparison.Ordinal);
        Assert.Equal(address, alert.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void The_latest_events_are_told_in_words()
    {
        var told = new EventRow { Id = "run/first/ab", State = EventState.Delivered, Kind = "RunCompleted", Words = "The run first learned.", At = DateTimeOffset.UnixEpoch };
        Publish(new PlatformSummary { Events = [told] });

        var row = Assert.Single(Show().FindAll("table[aria-labelledby=events] tbody tr"));

        Assert.Equal(["1970-01-01 00:00", "The run first learned.", "DELIVERED"], Cells(row));
    }

    [Fact]
    public void What_changes_on_the_platform_changes_on_the_page()
    {
        var run = Rows.Run("first", RunState.Running) with { Phase = "train", Step = 1, StepsTotal = 10 };
        Publish([], [run]);
        var page = Show();

        Publish([], [run with { Step = 2 }, Rows.Run("second", RunState.Queued)]);

        page.WaitForAssertion(() => Assert.Equal("2 / 10 steps", Cells(Row(page, "first"))[2]));
        Assert.Equal("QUEUED", Cells(Row(page, "second"))[1]);
    }

    [Fact]
    public void The_page_goes_on_when_a_platform_comes()
    {
        Board.Publish(new PlatformView(Contents: null));
        var page = Show();

        Publish([Rows.Dataset("ct_abdomen")], []);

        page.WaitForAssertion(() => Assert.Single(page.FindAll("table tbody tr")));
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public void Nothing_is_shown_of_a_platform_that_went_away()
    {
        Publish([Rows.Dataset("ct_abdomen")], [Rows.Run("first", RunState.Running)]);
        var page = Show();

        Board.Publish(new PlatformView(Contents: null));

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("table")));
        Assert.DoesNotContain("RUNNING", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_is_sorted_as_the_address_says_and_stays_so_when_its_rows_change()
    {
        Publish([Rows.Dataset("b"), Rows.Dataset("a")], [Rows.Run("s", RunState.Queued), Rows.Run("r", RunState.Running)]);
        Browser.NavigateTo("/?datasets=-name&runs=state");

        var page = Show();
        page.WaitForAssertion(() => Assert.Equal(["b", "a", "s", "r"], Names(page)));
        Browser.NavigateTo("/?datasets=-name&runs=name");
        page.WaitForAssertion(() => Assert.Equal(["b", "a", "r", "s"], Names(page)));
        Publish([Rows.Dataset("a"), Rows.Dataset("b"), Rows.Dataset("c")], [Rows.Run("s", RunState.Queued)]);

        page.WaitForAssertion(() => Assert.Equal(["c", "b", "a", "s"], Names(page)));
        Assert.Equal(["descending", "none"], new[] { Header(page, "Name"), Header(page, "Cases") }.Select(h => h.GetAttribute("aria-sort")));
    }

    [Fact]
    public void A_header_leads_to_its_order_then_to_the_opposite_one_and_then_to_none()
    {
        Publish([Rows.Dataset("a")], []);
        var page = Show();

        Assert.Equal("http://localhost/?datasets=name", Link());
        Browser.NavigateTo("/?datasets=name&runs=-loss");
        page.WaitForAssertion(() => Assert.Equal("http://localhost/?datasets=-name&runs=-loss", Link()));
        Browser.NavigateTo("/?datasets=-name&runs=-loss");
        page.WaitForAssertion(() => Assert.Equal("http://localhost/?runs=-loss", Link()));
        Assert.Empty(page.FindAll(".mud-table-smalldevices-sortselect"));

        string? Link() => Header(page, "Name").QuerySelector("a.hermes-sort")!.GetAttribute("href");
    }

    [Fact]
    public void No_more_than_the_newest_are_shown_and_the_rest_is_a_click_away()
    {
        Board.Publish(new PlatformView(new PlatformContents(
            [.. Enumerable.Range(0, 14).Select(n => Rows.Dataset($"d{n:00}"))], [.. Enumerable.Range(0, 12).Select(n => Rows.Run($"r{n:00}", RunState.Completed))], 10_000, 1_234)));

        var page = Show();

        Assert.Equal(["d00", "d09", "r00", "r09"], [Names(page)[0], Names(page)[9], Names(page)[10], Names(page)[^1]]);
        Assert.Equal(["Datasets 10,000", "Runs 1,234"], page.FindAll(".hermes-heading h2").Select(Words));
        Assert.Equal(["/datasets", "/runs"], page.FindAll(".hermes-heading a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void Every_column_has_a_header_and_every_table_a_name()
    {
        Publish([Rows.Dataset("a")], [Rows.Run("r", RunState.Queued)]);

        var page = Show();

        Assert.All(page.FindAll("th"), h => Assert.Equal("col", h.GetAttribute("scope")));
        Assert.All(page.FindAll("table"), t => Assert.NotNull(page.Find($"#{t.GetAttribute("aria-labelledby")}")));
        Assert.All(page.FindAll("td"), d => Assert.NotEmpty(d.GetAttribute("data-label")!));
    }

    [Fact]
    public async Task A_closed_page_hears_no_more()
    {
        var page = Show();
        await DisposeComponentsAsync();
        var renders = page.RenderCount;

        Publish([Rows.Dataset("a")], []);

        Assert.Equal(renders, page.RenderCount);
    }

    private static IElement Row(IRenderedComponent<Overview> page, string name) =>
        page.FindAll("tbody tr").Single(r => Words(r.Children[0]) == name);

    private static IElement Header(IRenderedComponent<Overview> page, string title) => page.FindAll("th").First(h => Words(h) == title);

    private static List<string> Names(IRenderedComponent<Overview> page) => [.. page.FindAll("tbody tr").Select(r => Words(r.Children[0]))];

    private void Publish(PlatformSummary summary, params IReadOnlyList<RunRow> runs) =>
        Board.Publish(new PlatformView(new PlatformContents([], runs, 0, runs.Count) { Summary = summary }));

    private IRenderedComponent<Overview> Show() => Render<Overview>();
}
