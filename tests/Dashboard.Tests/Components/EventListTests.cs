using Bunit;
using Hermes.Client.Connection;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Events;

namespace Hermes.Dashboard.Tests.Components;

public sealed class EventListTests : PageContext
{
    private static readonly EventRow Failed = new()
    {
        Id = "dataset/local/lesions@1",
        State = EventState.Failed,
        Kind = nameof(DatasetReady),
        Words = "local/lesions@1 is ready.",
        Subject = "local/lesions@1",
        Actor = "dataset local/lesions",
        At = new DateTimeOffset(2026, 11, 29, 8, 46, 12, TimeSpan.FromHours(1)),
        Subscriber = "GrowModels",
        Cause = new Failure("The model 'later' has no version."),
        MoreCauses = 1,
    };

    [Fact]
    public void Without_events_the_page_says_what_would_be_told()
    {
        Publish([], []);

        Assert.Contains("Nothing was told yet.", Words(Render<EventList>().Find(".hermes-empty")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_finds_nothing_leads_back()
    {
        Publish([], []);
        Browser.NavigateTo("/events?by=pacs");

        Assert.Equal("/events", Render<EventList>().Find(".hermes-empty a").GetAttribute("href"));
    }

    [Fact]
    public void An_event_says_what_happened_and_why_it_was_not_taken()
    {
        Publish([], []);
        Events.List = () => Task.FromResult(new CatalogPage<EventRow>([Failed], 1));

        var row = Assert.Single(Render<EventList>().FindAll("tbody tr"));

        Assert.Equal(
            ["2026-11-29 07:46", "DatasetReady", "local/lesions@1 is ready.", "dataset local/lesions", "FAILED The model 'later' has no version. and 1 more"], Cells(row));
        Assert.All(row.QuerySelectorAll("a"), link => Assert.Equal("/events/dataset/local/lesions%401", link.GetAttribute("href")));
    }

    [Fact]
    public void The_latest_change_comes_first_and_the_address_says_what_is_searched_for()
    {
        Publish([], []);
        Render<EventList>();
        Browser.NavigateTo("/events?kind=DatasetReady&about=lesions&by=pacs&search=7&state=failed&page=3");
        Render<EventList>();

        Assert.Contains(new CatalogFilter { Order = CatalogOrder.Newest }, Events.Asked);
        Assert.Contains(
            new CatalogFilter { Event = "DatasetReady", Subject = "lesions", Actor = "pacs", Search = "7", State = "FAILED", Skip = 2 * EventList.RowsPerPage, Order = CatalogOrder.Newest },
            Events.Asked);
    }
}
