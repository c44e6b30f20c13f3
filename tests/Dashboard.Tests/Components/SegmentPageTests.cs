using System.Text;
using Bunit;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Components.Parts;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Segmentations;
using Hermes.Dashboard.Volumes;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Hermes.Dashboard.Tests.Components;

public sealed class SegmentPageTests : PageContext
{
    private static readonly BlobRef Image = new("local", new string('b', 64), 10, MediaTypes.NiftiGz);
    private static readonly BlobRef Label = new("local", new string('c', 64), 10, MediaTypes.NiftiGz);

    private static readonly ModelVersion Model = new()
    {
        Model = "universal",
        Version = 2,
        Run = "first",
        Datasets = [],
        Published = DateTimeOffset.UnixEpoch,
        Content = new ModelVersionContent
        {
            Package = new BlobRef("local", new string('d', 64), 10, MediaTypes.Safetensors),
            Tasks = ["abdomen/liver", "abdomen/spleen", "brain/thalamus"],
            Modalities = ["ct", "t1"],
            PromptGroups =
            [
                new PromptGroup("abdomen", "ct", [new PromptLabel(1, "abdomen/liver"), new PromptLabel(2, "abdomen/spleen")]),
                new PromptGroup("brain", "t1", [new PromptLabel(1, "brain/thalamus")]),
            ],
            Network = "hermes-r",
            Parameters = 1,
        },
    };

    private static readonly FoundCase Case = new(
        new CaseStanding(new CaseRecord
        {
            CaseId = "one",
            Patient = "one",
            Split = Split.Test,
            SourceImageSha256 = "",
            Facts = new CaseFacts
            {
                Image = Image, Label = Label, Size = [1, 1, 1], SpacingMm = [1, 1, 1], Orientation = "LPS", Minimum = 0, Maximum = 1,
                LabelVolumesMl = new Dictionary<int, double>(), Warnings = [],
            },
        }, 3, 0, null, null),
        new DatasetDeclaration { Name = "abdomen", Modality = "ct", Labels = [new LabelEntry(1, "liver", "abdomen/liver")] },
        null);

    [Fact]
    public void Without_a_model_the_page_teaches_how_to_train() => Assert.StartsWith("./hermes train --name", Words(Page("/segment").Find("pre")), StringComparison.Ordinal);

    [Fact]
    public void Models_that_cannot_be_read_say_why()
    {
        Segmentations.Models = () => throw new HermesException("The catalog is torn.");

        Assert.Contains("The catalog is torn.", Words(Page("/segment").Find("[role=alert]")), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_image_nothing_can_be_asked_and_the_limit_is_stated()
    {
        Segmentations.Models = () => [Model];

        var page = Page("/segment");

        Assert.DoesNotContain(page.FindAll("button"), b => Words(b) == "Segment");
        Assert.Contains("at most 4 GiB", page.Markup, StringComparison.Ordinal);
        Assert.Equal(["abdomen/liver", "abdomen/spleen", "brain/thalamus"], page.FindAll(".hermes-tasks label").Select(Words));
    }

    [Fact]
    public void A_case_is_asked_about_with_its_labels_and_what_the_address_says()
    {
        Segmentations.Models = () => [Model];
        Datasets.Case = Case;
        var page = Page("/segment?group=abdomen&task=abdomen%2Fliver&modality=t1&dataset=local%2Fabdomen&case=one&version=3");
        Assert.Equal(["abdomen/liver", "abdomen/spleen"], page.FindAll(".hermes-tasks label").Select(Words));

        Press(page, "Segment");

        var asked = Assert.Single(Segmentations.Asked);
        Assert.Equal((Image, "one", "abdomen", "t1", Label), (asked.Image, asked.ImageFile, asked.PromptGroup, asked.Modality, asked.Reference));
        Assert.Equal(new PinnedCase(new PinnedDataset("local/abdomen", 3), "one"), asked.Case);
        Assert.Equal(["abdomen/liver"], asked.Tasks);
        Assert.Equal([new PromptLabel(1, "abdomen/liver")], asked.ReferenceLabels);
        Assert.EndsWith($"/segment/{new string('a', 64)}", Browser.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_that_is_chosen_stands_in_the_address_with_its_version_and_its_tasks()
    {
        Segmentations.Models = () => [Model];
        Datasets.Status = () => Task.FromResult(new DatasetStatus { State = DatasetState.Ready, Version = 3, Cases = 1 });
        Datasets.Cases = () => [Case.Standing.Record];
        Datasets.Case = Case;
        var page = Page("/segment");
        var upload = page.FindComponent<VolumeUpload>().Instance;

        await page.InvokeAsync(() => page.FindComponent<CaseChooser>().Instance.DatasetChosen.InvokeAsync("local/abdomen"));
        Assert.EndsWith("/segment?dataset=local%2Fabdomen", Browser.Uri, StringComparison.Ordinal);
        Assert.Same(upload, page.FindComponent<VolumeUpload>().Instance);
        await page.InvokeAsync(() => page.FindComponent<CaseChooser>().Instance.CaseChosen.InvokeAsync(("one", 3)));

        Assert.EndsWith("/segment?dataset=local%2Fabdomen&case=one&version=3&group=abdomen", Browser.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains("Case one of local/abdomen, version 3", Words(page.Find("section[aria-labelledby=image]")), StringComparison.Ordinal));
        Assert.Empty(page.FindComponents<CaseChooser>());
        Browser.NavigateTo(page.FindAll("section[aria-labelledby=image] a").Single(a => Words(a) == "Another image").GetAttribute("href")!);
        page.WaitForAssertion(() => Assert.Null(page.FindComponent<CaseChooser>().Instance.DatasetKey));
        Assert.EndsWith("/segment", Browser.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_that_is_not_there_is_told_and_another_can_be_chosen()
    {
        Segmentations.Models = () => [Model];

        var page = Page("/segment?dataset=local%2Fabdomen&case=two");

        Assert.Contains("There is no case 'two' in the dataset 'local/abdomen'.", page.Markup, StringComparison.Ordinal);
        Assert.Equal("local/abdomen", page.FindComponent<CaseChooser>().Instance.DatasetKey);
    }

    [Fact]
    public void A_file_is_sent_on_while_the_platform_is_away()
    {
        Segmentations.Models = () => [Model];
        var page = Page("/segment");
        var upload = page.FindComponent<VolumeUpload>().Instance;

        Board.Publish(new PlatformView(Contents: null));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));

        Assert.Same(upload, page.FindComponent<VolumeUpload>().Instance);
    }

    [Fact]
    public async Task A_file_that_was_sent_is_asked_about()
    {
        Segmentations.Models = () => [Model];
        var uploads = Services.GetRequiredService<Uploads>();
        var upload = uploads.Begin("scan.nii", 3);
        await upload.TakeAsync(0, new MemoryStream(Encoding.ASCII.GetBytes("abc")), default);
        var blob = await upload.SendAsync("local", (_, _, _) => Task.CompletedTask, default);
        var page = Page("/segment");

        await page.FindComponent<VolumeUpload>().Instance.SentAsync(upload.Id);
        page.WaitForAssertion(() => Assert.Contains("scan.nii is on the platform", page.Markup, StringComparison.Ordinal));
        Assert.EndsWith($"/segment?upload={upload.Id}", Browser.Uri, StringComparison.Ordinal);
        Press(page, "Segment");

        Assert.Equal((blob, "scan.nii", null), (Segmentations.Asked.Single().Image, Segmentations.Asked.Single().ImageFile, Segmentations.Asked.Single().Reference));
    }

    [Fact]
    public void A_file_that_was_sent_and_is_not_known_any_more_is_said_to_be_and_nothing_is_asked_about_it()
    {
        Segmentations.Models = () => [Model];
        var begun = Services.GetRequiredService<Uploads>().Begin("scan.nii", 3);

        foreach (var upload in new[] { "gone", begun.Id })
        {
            var page = Page($"/segment?upload={upload}");

            Assert.Contains("does not know the file any more that was sent; send it again.", page.Markup, StringComparison.Ordinal);
            Assert.DoesNotContain(page.FindAll("button"), b => Words(b) == "Segment");
        }
    }

    [Fact]
    public async Task An_upload_that_failed_says_why()
    {
        Segmentations.Models = () => [Model];
        var page = Page("/segment");

        await page.FindComponent<VolumeUpload>().Instance.FailedAsync("scan.zip is no NIfTI file.");

        page.WaitForAssertion(() => Assert.Contains("scan.zip is no NIfTI file.", Words(page.Find("[role=alert]")), StringComparison.Ordinal));
    }

    [Fact]
    public void A_viewer_may_not_ask()
    {
        Segmentations.Models = () => [Model];
        Datasets.Case = Case;
        Visitor.Bearer = new Bearer("mara", Role.Viewer, "1");

        var page = Page("/segment?dataset=local%2Fabdomen&case=one");

        Assert.True(page.FindAll("button").Single(b => Words(b) == "Segment").HasAttribute("disabled"));
    }

    [Fact]
    public void A_task_that_is_chosen_stands_in_the_address_and_goes_when_it_is_chosen_again()
    {
        Segmentations.Models = () => [Model];
        var page = Page("/segment");

        page.FindAll(".hermes-tasks input")[1].Change(true);
        Assert.EndsWith("task=abdomen%2Fspleen", Browser.Uri, StringComparison.Ordinal);

        page.FindAll(".hermes-tasks input")[1].Change(false);
        Assert.EndsWith("/segment", Browser.Uri, StringComparison.Ordinal);
    }

    private IRenderedComponent<SegmentPage> Page(string address)
    {
        Publish([], []);
        Browser.NavigateTo(address);
        return Render<SegmentPage>();
    }
}
