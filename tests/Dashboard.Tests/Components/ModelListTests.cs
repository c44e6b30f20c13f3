using Bunit;
using Hermes.Client.Connection;
using Hermes.Client.Tests.Models;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Models;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Tests.Components;

public sealed class ModelListTests : PageContext
{
    public ModelListTests() => Publish([], []);

    [Fact]
    public void Without_models_the_page_teaches_how_to_make_one()
    {
        var page = Render<ModelList>();

        Assert.StartsWith("./hermes train --name", Words(page.Find("pre")), StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[role=search]"));
    }

    [Fact]
    public void A_model_is_a_row_with_what_is_live_and_what_waits()
    {
        Models.List = () => Task.FromResult(new CatalogPage<ModelRow>([ModelRow.Of(Grown.Forked())], 1));

        var row = Assert.Single(Render<ModelList>().FindAll("tbody tr"));

        Assert.Equal(["universal", "3", "4", "4", "hermes-r, base 8", "2", "2", "0.750", "2026-11-29 12:03"], Cells(row));
        Assert.Equal(["/models/universal", "/models/universal?version=3", "/models/universal?version=4"], row.QuerySelectorAll("a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void Of_a_model_of_which_nothing_is_live_nothing_is_told_that_is_not()
    {
        Models.List = () => Task.FromResult(new CatalogPage<ModelRow>([ModelRow.Of(Grown.Forked() with { Aliases = new Dictionary<string, int>() })], 1));

        Assert.Equal(["universal", "–", "–", "4", "–", "–", "–", "–", "–"], Cells(Assert.Single(Render<ModelList>().FindAll("tbody tr"))));
    }

    [Fact]
    public void What_is_searched_for_and_the_order_come_from_the_address()
    {
        Browser.NavigateTo("/models?sort=-name&search=b&page=2");

        var page = Render<ModelList>();

        Assert.Equal(new CatalogFilter { Order = CatalogOrder.KeyDescending, Search = "b", Skip = 50 }, Assert.Single(Models.Asked));
        Assert.Contains("None of the models is such.", page.Markup, StringComparison.Ordinal);
    }
}
