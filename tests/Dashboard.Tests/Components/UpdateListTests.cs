using Bunit;
using Hermes.Client.Connection;
using Hermes.Client.Tests.Models;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Updates;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Tests.Components;

public sealed class UpdateListTests : PageContext
{
    public UpdateListTests() => Publish([], []);

    [Fact]
    public void Without_updates_the_page_teaches_how_to_grow() =>
        Assert.StartsWith("./hermes update create", Words(Render<UpdateList>().Find("pre")), StringComparison.Ordinal);

    [Fact]
    public void An_update_is_a_row_with_what_it_grew_and_what_came_of_it()
    {
        var promoted = Grown.Update(UpdateState.Promoted) with { Certificate = Grown.Certificate(), PromotedVersion = 3 };
        var failed = Grown.Update(UpdateState.Failed) with { Name = "grow-worse", Cause = new Failure("It is too big.") };
        Updates.List = () => Task.FromResult(new CatalogPage<UpdateRow>([UpdateRow.Of(promoted), UpdateRow.Of(failed)], 2));

        var rows = Render<UpdateList>().FindAll("tbody tr");

        Assert.Equal(["grow-nodes", "PROMOTED New: nodes/one. Old: not a bit moved.", "universal@1", "local/nodes", "branch", "0.812", "3", "2026-11-29 12:00"], Cells(rows[0]));
        Assert.Equal(["/updates/grow-nodes", "/models/universal?version=1", "/models/universal?version=3"], rows[0].QuerySelectorAll("a").Select(a => a.GetAttribute("href")));
        Assert.Equal(["grow-worse", "FAILED It is too big.", "universal@1", "local/nodes", "branch", "–", "–", "2026-11-29 12:00"], Cells(rows[1]));
    }

    [Fact]
    public void The_latest_change_comes_first_unless_the_address_says_another_order()
    {
        Render<UpdateList>();
        Browser.NavigateTo("/updates?sort=name&state=certified&search=b");
        var page = Render<UpdateList>();

        Assert.Contains(new CatalogFilter { Order = CatalogOrder.Newest }, Updates.Asked);
        Assert.Contains(new CatalogFilter { State = "CERTIFIED", Search = "b" }, Updates.Asked);
        Assert.Contains("None of the updates is such.", page.Markup, StringComparison.Ordinal);
    }
}
