using Bunit;
using Hermes.Client.Connection;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Tests.Components;

public sealed class DatasetListTests : PageContext
{
    [Fact]
    public void Without_datasets_the_page_teaches_how_to_add_one()
    {
        Publish([], []);

        Assert.StartsWith("./hermes dataset add NAME", Words(Render<DatasetList>().Find("pre")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_cannot_be_read_says_why_and_goes_on_when_it_can()
    {
        Publish([], []);
        Datasets.List = () => throw new HermesException("The database is full.", hint: "Make room.");
        var page = Render<DatasetList>();
        Assert.Contains("The database is full. Make room. This page goes on by itself", Words(page.Find("[role=alert]")), StringComparison.Ordinal);

        Datasets.List = () => Task.FromResult(new CatalogPage<DatasetRow>([Rows.Dataset("a")], 1));

        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")), TimeSpan.FromSeconds(30));
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public void A_list_is_read_as_soon_as_a_platform_that_was_away_answers_and_stays_when_it_goes_away_again()
    {
        Datasets.List = () => Task.FromResult(new CatalogPage<DatasetRow>([Rows.Dataset("a")], 1));
        Board.Publish(new PlatformView(Contents: null));
        var page = Render<DatasetList>();
        Assert.Contains("No platform at 10.0.0.7:5081", Words(page.Find("[role=alert]")), StringComparison.Ordinal);
        Assert.Empty(Datasets.Asked);

        Publish([], []);
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")));

        Board.Publish(new PlatformView(Contents: null));
        page.WaitForAssertion(() => Assert.Contains("What is shown is what was there before.", Words(page.Find("[role=alert]")), StringComparison.Ordinal));
        Assert.Single(page.FindAll("tbody tr"));

        Datasets.List = () => Task.FromResult(new CatalogPage<DatasetRow>([Rows.Dataset("a"), Rows.Dataset("b")], 2));
        Publish([], []);
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public void A_dataset_is_a_row_that_leads_to_its_page()
    {
        Datasets.List = () => Task.FromResult(new CatalogPage<DatasetRow>([Rows.Dataset("ct") with { Tasks = "liver", Cases = 4_000, Train = 3_000, Validation = 400, Test = 600 }], 1));
        Publish([], []);

        var row = Assert.Single(Render<DatasetList>().FindAll("tbody tr"));

        Assert.Equal(["ct", "local", "ct", "liver", "1", "4,000", "3,000 / 400 / 600", "READY"], Cells(row));
        Assert.Equal("/datasets/local/ct", row.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void What_the_address_asks_for_is_asked_of_the_platform_and_shown_in_the_fields()
    {
        Publish([], []);
        Browser.NavigateTo("/datasets?search=ab&site=clinic&modality=ct&task=ct%2Fliver&state=ready&sort=-name&page=3");

        var page = Render<DatasetList>();

        var asked = Assert.Single(Datasets.Asked);
        Assert.Equal(
            new CatalogFilter { Search = "ab", Site = "clinic", Modality = "ct", Task = "ct/liver", State = "READY", Order = CatalogOrder.KeyDescending, Skip = 100 }, asked);
        Assert.Equal(["ab", "clinic", "ct", "ct/liver"], page.FindAll("input[type=text]").Take(4).Select(i => i.GetAttribute("value")));
        Assert.Contains("None of the datasets is such.", page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("page=x&sort=colour")]
    [InlineData("page=-1&state=")]
    [InlineData("page=99999999999")]
    public void An_address_that_makes_no_sense_asks_for_the_beginning(string query)
    {
        Publish([], []);
        Browser.NavigateTo($"/datasets?{query}");

        Render<DatasetList>();

        Assert.Equal(new CatalogFilter(), Assert.Single(Datasets.Asked));
    }

    [Fact]
    public void What_is_written_and_chosen_goes_into_the_address_and_to_the_first_part()
    {
        Datasets.List = () => Task.FromResult(new CatalogPage<DatasetRow>([Rows.Dataset("a")], 500));
        Publish([], []);
        Browser.NavigateTo("/datasets?page=4");
        var page = Render<DatasetList>();

        page.FindAll("input[type=text]")[3].Input("ct/liver");
        page.WaitForAssertion(() => Assert.EndsWith("/datasets?task=ct%2Fliver", Browser.Uri, StringComparison.Ordinal));

        page.WaitForAssertion(() => Assert.Equal(new CatalogFilter { Task = "ct/liver" }, Datasets.Asked.Last()));
    }

    [Fact]
    public void Parts_and_orders_are_links_that_keep_what_is_asked_for()
    {
        Datasets.List = () => Task.FromResult(new CatalogPage<DatasetRow>([Rows.Dataset("a")], 10_000));
        Publish([], []);
        Browser.NavigateTo("/datasets?search=a&page=2");

        var page = Render<DatasetList>();

        Assert.Equal("51–100 of 10,000", Words(page.Find(".hermes-pager [role=status]")));
        Assert.Equal(
            ["http://localhost/datasets?search=a", "http://localhost/datasets?search=a", "http://localhost/datasets?search=a&page=3", "http://localhost/datasets?search=a&page=200"],
            page.FindAll(".hermes-pager a").Select(a => a.GetAttribute("href")));
        Assert.Equal("http://localhost/datasets?search=a&sort=-name", page.Find("a.hermes-sort").GetAttribute("href"));
        Assert.Equal("ascending", page.FindAll("th")[1].GetAttribute("aria-sort"));
    }

    [Fact]
    public void How_far_an_add_is_comes_from_the_board()
    {
        var row = Rows.Dataset("a", DatasetState.Ingesting) with { IngestTotal = 9 };
        Datasets.List = () => Task.FromResult(new CatalogPage<DatasetRow>([row], 1));
        Publish([row], []);
        var page = Render<DatasetList>();

        Publish([row with { Ingested = 5 }], []);

        page.WaitForAssertion(() => Assert.Contains("5 / 9 cases", Words(page.Find("tbody tr")), StringComparison.Ordinal));
        Assert.Single(Datasets.Asked);
    }
}
