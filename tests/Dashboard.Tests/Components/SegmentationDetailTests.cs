using Bunit;
using Hermes.Dashboard.Components.Pages;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Dashboard.Tests.Components;

public sealed class SegmentationDetailTests : PageContext
{
    private static readonly string Key = new('a', 64);
    private static readonly BlobRef Volume = new("local", new string('b', 64), 2_000_000, MediaTypes.NiftiGz);

    private static readonly SegmentationRequest Request = new()
    {
        Model = "universal@2",
        Package = new BlobRef("local", new string('d', 64), 10, MediaTypes.Safetensors),
        Image = Volume,
        ImageFile = "/scans/scan.nii.gz",
        Prompt = new DefinitePrompt { Group = "abdomen", Modality = "ct", Tasks = ["abdomen/liver"], Wanted = [new PromptLabel(1, "abdomen/liver")] },
    };

    private static readonly SegmentationResult Result = new()
    {
        LabelMap = Volume,
        Tasks = [new SegmentedTask { Task = "abdomen/liver", Value = 1, VolumeMl = 1234.56 }],
        PromptGroup = "abdomen",
        Modality = "ct",
        GeometryDigest = "",
        GeometryChecked = true,
        Windows = 8,
        Seconds = 2.5,
        Warnings = ["The spacing is unusual."],
    };

    [Fact]
    public void A_question_that_nobody_asked_is_called_so() =>
        Assert.Contains("Nobody asked this question", Words(Page().Find(".hermes-empty")), StringComparison.Ordinal);

    [Fact]
    public void What_is_no_question_is_not_asked_for()
    {
        Publish([], []);
        Segmentations.Status = () => throw new InvalidOperationException("It was asked for.");

        Assert.Contains("Nobody asked this question", Render<SegmentationDetail>(p => p.Add(d => d.Key, "nothing")).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_about_a_case_leads_to_it_and_says_when_it_was_asked()
    {
        var request = Request with { Case = new PinnedCase(new PinnedDataset("local/abdomen", 3), "ct_001") };
        var asked = new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
        Segmentations.Status = () => Task.FromResult(new SegmentationStatus { State = SegmentationState.Queued, Request = request, Asked = asked });

        var page = Page();

        Assert.Equal("ct_001", Words(page.Find("a[href='/datasets/local/abdomen/cases/ct_001?version=3']")));
        Assert.Contains("2026-11-30 12:00 UTC", page.Markup, StringComparison.Ordinal);
        Assert.Equal(Request.Key(), request.Key());
    }

    [Fact]
    public void While_it_is_answered_its_windows_are_counted_and_it_can_be_given_up()
    {
        Segmentations.Status = () => Task.FromResult(new SegmentationStatus { State = SegmentationState.Running, Request = Request });
        var page = Page();
        Segmentations.Story.Writer.TryWrite(new ProgressEvent { Sequence = 1, Time = default, State = "RUNNING", Phase = Phases.Window, Done = 3, Total = 8 });
        page.WaitForAssertion(() => Assert.Contains("3 / 8 windows", page.Markup, StringComparison.Ordinal));

        Confirm(page, "Cancel");

        Assert.Equal([Key], Segmentations.Cancelled);
    }

    [Fact]
    public void When_its_story_ends_the_answer_is_there_without_waiting_for_the_next_look()
    {
        var status = new SegmentationStatus { State = SegmentationState.Running, Request = Request };
        Segmentations.Status = () => Task.FromResult(status);
        var page = Page();
        status = new SegmentationStatus { State = SegmentationState.Completed, Request = Request, Result = Result };

        Segmentations.Story.Writer.Complete();

        page.WaitForAssertion(() => Assert.Equal("COMPLETED", Words(page.Find(".hermes-state"))), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void An_answer_says_how_much_was_found_and_what_it_was_made_from()
    {
        Segmentations.Status = () => Task.FromResult(new SegmentationStatus { State = SegmentationState.Completed, Request = Request, Result = Result });

        var page = Page();

        Assert.Equal("scan.nii.gz", Words(page.Find("h1")));
        Assert.Equal(["abdomen/liver", "1", "1,235"], Cells(page.Find("section[aria-labelledby=found] tbody tr")));
        Assert.Equal((new string('d', 64), new string('b', 64)), (page.FindAll("dd code")[0].GetAttribute("title"), page.FindAll("dd code")[1].GetAttribute("title")));
        Assert.Equal(($"/volumes/segmentation/{Key}/label.nii.gz", "scan-labels.nii.gz"), (page.Find("a[download]").GetAttribute("href"), page.Find("a[download]").GetAttribute("download")));
        Assert.Contains("The spacing is unusual.", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("#over"));
    }

    [Fact]
    public void One_with_a_reference_is_compared_with_it_in_numbers_and_over_the_image()
    {
        var request = Request with { Reference = Volume, ReferenceLabels = [new PromptLabel(7, "abdomen/liver")] };
        var result = Result with { Tasks = [Result.Tasks[0] with { Agreement = new TaskAgreement(0.75, 1000, 300, 65.44) }] };
        Segmentations.Status = () => Task.FromResult(new SegmentationStatus { State = SegmentationState.Completed, Request = request, Result = result });

        var page = Page();

        Assert.Equal(["abdomen/liver", "1", "1,235", "1,000", "0.750", "300", "65.4"], Cells(page.Find("section[aria-labelledby=found] tbody tr")));
        Assert.Equal(["What was found", "The reference", "Where they agree"], page.FindAll("nav[aria-labelledby=over] a").Select(Words));
        Browser.NavigateTo(page.FindAll("nav[aria-labelledby=over] a")[2].GetAttribute("href")!);
        Assert.Contains("Found, but not in the reference", Page().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_failed_says_why()
    {
        Segmentations.Status = () => Task.FromResult(new SegmentationStatus { State = SegmentationState.Failed, Request = Request, Cause = new Failure("The image has no voxels.") });

        Assert.Contains("The image has no voxels.", Words(Page().Find(".hermes-facts")), StringComparison.Ordinal);
    }

    private IRenderedComponent<SegmentationDetail> Page()
    {
        Publish([], []);
        return Render<SegmentationDetail>(p => p.Add(d => d.Key, Key));
    }
}
