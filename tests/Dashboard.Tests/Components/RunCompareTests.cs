using Bunit;
using Hermes.Client.Connection;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Tests.Runs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Components;

public sealed class RunCompareTests : PageContext
{
    [Fact]
    public void Without_runs_the_page_asks_for_some()
    {
        Assert.Contains("Name up to 6 runs", Words(Page("/compare").Find(".hermes-empty")), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_are_drawn_on_common_axes_and_told_where_they_differ()
    {
        Runs.Others["second"] = TestRun.Status(RunState.Failed, TestRun.Stretch(Runs, 1, 3)) with { Name = "second" };
        Runs.Status = TestRun.Status(RunState.Completed, TestRun.Stretch(Runs, 1, 4));

        var page = Page("/compare?run=first&run=second&run=gone");

        page.WaitForAssertion(() => Assert.Equal("first 4, second 3", page.Find("[data-chart=Loss]").GetAttribute("aria-label")));
        Assert.Equal([["State", "COMPLETED", "FAILED"], ["Steps done", "4", "3"]], page.FindAll("tbody tr").Select(Cells));
        page.WaitForAssertion(() => Assert.Contains("There is no such run.", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_more_than_six_runs_the_first_six_are_shown_and_none_can_be_added()
    {
        var page = Page($"/compare?{string.Join('&', Enumerable.Range(1, 9).Select(i => $"run=r{i}"))}");

        Assert.Equal(["r1", "r2", "r3", "r4", "r5", "r6"], page.FindAll("li a[href^='/runs/']").Select(Words));
        Assert.Empty(page.FindAll("input[list]"));
    }

    [Fact]
    public void Runs_that_cannot_be_listed_say_why()
    {
        Runs.List = () => throw new HermesException("The catalog is torn.");

        Assert.Contains("The catalog is torn.", Words(Page("/compare").Find("[role=alert]")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_added_by_its_name()
    {
        Runs.List = () => Task.FromResult(new CatalogPage<RunRow>([Rows.Run("first", RunState.Running), Rows.Run("second", RunState.Running)], 2));
        var page = Page("/compare?run=first");
        Assert.Equal(["second"], page.FindAll("datalist option").Select(o => o.GetAttribute("value")));

        page.Find("input").Input("second");

        page.WaitForAssertion(() => Assert.EndsWith("/compare?run=first&run=second", Browser.Uri, StringComparison.Ordinal));
    }

    private IRenderedComponent<RunCompare> Page(string address)
    {
        Publish([], []);
        Browser.NavigateTo(address);
        return Render<RunCompare>();
    }
}
