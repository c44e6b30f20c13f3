using Bunit;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Components.Parts;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Volumes;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Previews;

namespace Hermes.Dashboard.Tests.Components;

public sealed class CaseViewTests : PageContext
{
    private static readonly IntensitySummary Summary = new(-1000, -990, 12.5, 300, 900, 20, 80);

    public CaseViewTests() => Publish([], []);

    [Fact]
    public void A_case_has_its_neighbours_its_structures_and_what_was_measured()
    {
        Datasets.Case = Found(Cases.Preview);

        var page = Show();

        page.WaitForAssertion(() => Assert.Equal("case_001", Words(page.Find("h1"))));
        Assert.Equal("/datasets/clinic/ct/cases/case_000", page.Find("a[rel=prev]").GetAttribute("href")!.Replace("http://localhost", "", StringComparison.Ordinal));
        Assert.Empty(page.FindAll("a[rel=next]"));
        Assert.Equal(["liver", "1,500", "20", "80", "-990", "12.5", "300", "reaches the border of the image"], Cells(page.Find("section[aria-labelledby=intensities] tbody tr")));
        var viewer = page.FindComponent<CaseViewer>().Instance;
        Assert.Equal(
            ("/volumes/case/clinic/ct/3/case_001/small-image.nii.gz", "/volumes/case/clinic/ct/3/case_001/small-label.nii.gz"), (viewer.SmallImage, viewer.SmallLabelMap));
        Assert.Empty(Datasets.PreviewsAsked);
    }

    [Fact]
    public async Task Where_somebody_points_and_how_they_look_at_it_is_in_the_address()
    {
        Datasets.Case = Found(Cases.Preview);
        Browser.NavigateTo("/datasets/clinic/ct/cases/case_001?window=lung&at=10,-20,30.5");
        var page = Show();
        page.WaitForAssertion(() => Assert.Contains("R 10.0, P 20.0, S 30.5 mm", Words(page.Find(".hermes-place")), StringComparison.Ordinal));
        var viewer = page.FindComponent<CaseViewer>();
        Assert.Equal(new Place(10, -20, 30.5), viewer.Instance.At);

        await page.InvokeAsync(() => viewer.Instance.PointAsync(new Pointed(new Place(-1, 2, 3), 143, 1)));
        Assert.EndsWith("?window=lung&at=-1%2C2%2C3", Browser.Uri, StringComparison.Ordinal);
        Assert.Contains("L 1.0, A 2.0, S 3.0 mm · 143 HU · liver", Words(page.Find(".hermes-place")), StringComparison.Ordinal);
        page.FindAll("input[name=view]")[1].Change(true);

        Assert.EndsWith("&view=space", Browser.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.True(page.FindComponent<CaseViewer>().Instance.InSpace));
    }

    [Fact]
    public void How_much_the_labels_cover_is_in_the_address_and_so_are_the_neighbours()
    {
        Datasets.Case = Found(Cases.Preview);
        Browser.NavigateTo("/datasets/clinic/ct/cases/case_001?version=3&window=lung&at=1,2,3&opacity=30");
        var page = Show();
        page.WaitForAssertion(() => Assert.Equal(0.3, page.FindComponent<CaseViewer>().Instance.Opacity));
        Assert.Equal("http://localhost/datasets/clinic/ct/cases/case_000?version=3&window=lung&opacity=30", page.Find("a[rel=prev]").GetAttribute("href"));

        page.Find("input[type=range]").Input("5");
        Assert.Equal(0.05, page.FindComponent<CaseViewer>().Instance.Opacity);
        Assert.EndsWith("&opacity=30", Browser.Uri, StringComparison.Ordinal);
        page.Find("input[type=range]").Change("5");
        Assert.EndsWith("&opacity=5", Browser.Uri, StringComparison.Ordinal);
        page.Find("input[type=range]").Input("50");
        page.Find("input[type=range]").Change("50");

        Assert.DoesNotContain("opacity", Browser.Uri, StringComparison.Ordinal);
        Assert.Equal(0.5, page.FindComponent<CaseViewer>().Instance.Opacity);
    }

    [Theory]
    [InlineData("101")]
    [InlineData("-5")]
    [InlineData("half")]
    public void What_is_no_part_of_a_hundred_is_as_if_nothing_were_said(string opacity)
    {
        Datasets.Case = Found(Cases.Preview);
        Browser.NavigateTo($"/datasets/clinic/ct/cases/case_001?opacity={opacity}");

        var page = Show();

        page.WaitForAssertion(() => Assert.Equal(0.5, page.FindComponent<CaseViewer>().Instance.Opacity));
    }

    [Fact]
    public void One_that_has_no_preview_is_shown_without_and_asks_for_it()
    {
        Datasets.Case = Found(null);
        Datasets.Previews = () => true;

        var page = Show();
        page.WaitForAssertion(() => Assert.Equal([(3, 1)], Datasets.PreviewsAsked));

        Assert.Null(page.FindComponent<CaseViewer>().Instance.SmallImage);
        Datasets.Case = Found(Cases.Preview);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("section[aria-labelledby=intensities]")));
    }

    [Fact]
    public void Volumes_that_are_shown_stay_while_the_platform_is_away_and_after()
    {
        Datasets.Case = Found(Cases.Preview);
        var page = Show();
        var viewer = page.FindComponent<CaseViewer>().Instance;

        Board.Publish(new PlatformView(Contents: null));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));
        Assert.Same(viewer, page.FindComponent<CaseViewer>().Instance);

        Publish([], []);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[role=alert]")));
        Assert.Same(viewer, page.FindComponent<CaseViewer>().Instance);
    }

    [Fact]
    public void What_is_no_case_is_said_to_be_none_and_a_platform_that_fails_says_why()
    {
        Assert.Contains("There is no case 'case_001' in the dataset 'ct' of the site 'clinic'.", Show().Markup, StringComparison.Ordinal);

        Datasets.Find = () => throw new HermesException("The disk is not mounted.");
        Assert.Contains("The disk is not mounted.", Words(Show().Find("[role=alert]")), StringComparison.Ordinal);
    }

    [Fact]
    public void Until_the_platform_answers_the_page_says_what_it_waits_for()
    {
        Datasets.Find = () => new TaskCompletionSource<FoundCase?>().Task;

        Assert.Equal("Looking for the case …", Words(Show().Find("[role=status]")));
    }

    private static FoundCase Found(Preview? preview)
    {
        var one = Cases.One(1, (1, 1500));
        return new FoundCase(
            new CaseStanding(one with { Facts = one.Facts with { Preview = preview } }, 3, 300, "case_000", null),
            new DatasetDeclaration { Name = "ct", Site = "clinic", Modality = "ct", Labels = [new LabelEntry(1, "liver", "ct/liver")] },
            preview is null ? null : new VolumeStatistics(Summary, [new StructureSummary("liver", 1500, Summary, true)]));
    }

    private IRenderedComponent<CaseView> Show() => Render<CaseView>(p => p.Add(c => c.Site, "clinic").Add(c => c.Name, "ct").Add(c => c.CaseId, "case_001"));
}
