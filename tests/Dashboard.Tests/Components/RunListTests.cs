using Bunit;
using Hermes.Client.Connection;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Components;

public sealed class RunListTests : PageContext
{
    private static readonly RunRow First = Rows.Run("first", RunState.Running) with
    {
        Phase = "train",
        Step = 375,
        StepsTotal = 1500,
        Loss = 0.43126,
        BestDice = 0.8123,
        Device = "silo/cpu0",
        Created = new DateTimeOffset(2026, 11, 29, 8, 46, 12, TimeSpan.FromHours(1)),
    };

    [Fact]
    public void Without_runs_the_page_teaches_how_to_train()
    {
        Publish([], []);

        Assert.StartsWith("./hermes train --name", Words(Render<RunList>().Find("pre")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_got_on_is_shown_so_without_reading_the_list_anew_and_one_that_changed_is_read()
    {
        Runs.List = () => Task.FromResult(new CatalogPage<RunRow>([First], 1));
        Publish([], [First]);
        var page = Render<RunList>();
        page.WaitForAssertion(() => Assert.Single(Runs.Asked));

        Board.Tell(new PlatformChanges { Changes = [new PlatformChange(CatalogKinds.Run, "first", IsProgress: true)] });
        Publish([], [First with { Step = 376 }]);
        page.WaitForAssertion(() => Assert.Equal("376 / 1,500 steps", Cells(page.Find("tbody tr"))[2]));

        // Longer than from one reading to the next.
        await Task.Delay(TimeSpan.FromMilliseconds(800));
        Assert.Single(Runs.Asked);
        Board.Tell(new PlatformChanges { Changes = [new PlatformChange(CatalogKinds.Run, "first")] });
        page.WaitForAssertion(() => Assert.Equal(2, Runs.Asked.Count));
    }

    [Fact]
    public void A_run_is_a_row_with_all_that_is_known_of_it()
    {
        Runs.List = () => Task.FromResult(new CatalogPage<RunRow>([First], 1));
        Publish([], []);

        var row = Assert.Single(Render<RunList>().FindAll("tbody tr"));

        Assert.Equal(["first", "RUNNING train on silo/cpu0", "375 / 1,500 steps", "0.4313", "0.812", "universal", "2026-11-29 07:46"], Cells(row));
    }

    [Fact]
    public void The_version_that_a_run_made_is_a_link_and_a_model_without_one_is_none()
    {
        Runs.List = () => Task.FromResult(new CatalogPage<RunRow>([First with { Model = "universal@3" }, First with { Name = "second" }], 2));
        Publish([], []);

        Assert.Equal("universal@3", Words(Assert.Single(Render<RunList>().FindAll("tbody a[href='/models/universal?version=3']"))));
        Assert.Single(Render<RunList>().FindAll("tbody a[href^='/models']"));
    }

    [Fact]
    public void What_a_run_is_at_comes_from_the_board()
    {
        Runs.List = () => Task.FromResult(new CatalogPage<RunRow>([First, Rows.Run("old", RunState.Failed) with { Cause = new Failure("It is too big.") }], 2));
        Publish([], [First]);
        var page = Render<RunList>();

        Publish([], [First with { Step = 380 }]);

        page.WaitForAssertion(() => Assert.Contains("380 / 1,500 steps", Cells(page.FindAll("tbody tr")[0])));
        Assert.Equal("FAILED It is too big.", Cells(page.FindAll("tbody tr")[1])[1]);
        Assert.Single(Runs.Asked);
    }

    [Fact]
    public void The_latest_change_comes_first_unless_the_address_says_another_order()
    {
        Publish([], []);
        Render<RunList>();
        Browser.NavigateTo("/runs?sort=name&state=failed&search=b");
        Render<RunList>();
        Browser.NavigateTo("/runs?dataset=local%2Fct");
        Render<RunList>();

        Assert.Contains(new CatalogFilter { Order = CatalogOrder.Newest }, Runs.Asked);
        Assert.Contains(new CatalogFilter { Dataset = "local/ct", Order = CatalogOrder.Newest }, Runs.Asked);
        Assert.Contains(new CatalogFilter { State = "FAILED", Search = "b" }, Runs.Asked);
    }
}
