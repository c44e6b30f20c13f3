using Bunit;
using Hermes.Client.Connection;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Dashboard.Tests.Components;

public sealed class AnswerListTests : PageContext
{
    public AnswerListTests() => Publish([], []);

    [Fact]
    public void Where_nothing_was_asked_the_page_teaches_how_to_ask() =>
        Assert.StartsWith("./hermes segment", Words(Render<AnswerList>().Find("pre")), StringComparison.Ordinal);

    [Fact]
    public void An_answer_is_a_row_that_leads_to_it_and_to_what_it_was_made_from()
    {
        var of = new PinnedCase(new PinnedDataset("local/abdomen", 3), "ct_001");
        AnswerRow[] rows =
        [
            new("aa", "ct_001", of, "universal@2", "abdomen", 4, SegmentationState.Completed, null, 0.9, new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero)),
            new("bb", "scan.nii.gz", null, "universal@2", null, 1, SegmentationState.Failed, new Failure("It is damaged."), null, null),
        ];
        Segmentations.List = () => Task.FromResult(new CatalogPage<AnswerRow>(rows, 2));

        var page = Render<AnswerList>();

        Assert.Equal(["ct_001", "local/abdomen@3", "universal@2", "4 tasks of abdomen", "COMPLETED", "0.900", "2026-11-30 12:00"], Cells(page.FindAll("tbody tr")[0]));
        Assert.Equal(["scan.nii.gz", "–", "universal@2", "1 task of several groups", "FAILED It is damaged.", "–", "–"], Cells(page.FindAll("tbody tr")[1]));
        Assert.Equal(
            ["/segment/aa", "/datasets/local/abdomen?version=3", "/models/universal?version=2"],
            page.FindAll("tbody tr")[0].QuerySelectorAll("a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void What_is_searched_for_stands_in_the_address_and_a_digest_is_one_however_it_is_written()
    {
        Browser.NavigateTo($"/segment/answers?volume={new string('A', 64)}&state=failed&page=2");

        Render<AnswerList>();

        Assert.Equal(
            new CatalogFilter { Volume = new string('a', 64), State = "FAILED", Skip = 50, Order = CatalogOrder.Newest }, Assert.Single(Segmentations.Listed));
    }
}
