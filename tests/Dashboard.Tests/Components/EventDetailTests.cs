using Bunit;
using Hermes.Dashboard.Components.Pages;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;

namespace Hermes.Dashboard.Tests.Components;

public sealed class EventDetailTests : PageContext
{
    private const string Id = "dataset/local/lesions@1";

    private static readonly EventStatus Failed = new()
    {
        EventId = Id,
        State = EventState.Failed,
        Event = new DatasetReady
        {
            EventId = Id, At = DateTimeOffset.UnixEpoch, Subject = "local/lesions@1", Actor = "dataset local/lesions", Dataset = new PinnedDataset("local/lesions", 1), Cases = 4,
            Modality = "ct", Tasks = ["lesions/<b>"],
        },
        Handled = ["NoteUses"],
        Failures = [new EventFailure("GrowModels", new Failure("The model 'later' has no version.", Hint: "Train it."), 2, DateTimeOffset.UnixEpoch.AddHours(1))],
        Received = DateTimeOffset.UnixEpoch.AddMinutes(1),
    };

    public EventDetailTests() => Publish([], []);

    [Fact]
    public void An_event_that_is_not_there_is_said_to_be_absent()
    {
        var page = Show();

        Assert.Contains($"There is no event '{Id}'.", Words(page.Find(".hermes-empty")), StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public void It_is_told_in_words_with_who_is_done_and_who_could_not_take_it()
    {
        Events.Status = () => Task.FromResult(Failed);

        var page = Show();

        Assert.Contains("local/lesions@1 is ready with 4 cases of ct and 1 task.", Words(page.Find("p")), StringComparison.Ordinal);
        Assert.Equal("/datasets/local/lesions", page.Find(".hermes-fact a").GetAttribute("href"));
        Assert.Equal(
            [["GrowModels", "FAILED", "The model 'later' has no version. Train it.", "2", "1970-01-01 01:00"], ["NoteUses", "DONE", "–", "–", "–"]],
            page.FindAll("tbody tr").Select(Cells));
        Assert.Equal([Id], Events.Looked);
    }

    [Fact]
    public void What_an_event_holds_is_text_and_never_markup()
    {
        Events.Status = () => Task.FromResult(new EventStatus { EventId = "unread/1", State = EventState.Failed, Unread = "<script>alert(1)</script>" });

        var page = Show();

        Assert.Empty(page.FindAll("script"));
        Assert.Equal("<script>alert(1)</script>", page.Find("pre").TextContent);
        Assert.Equal(["Discard"], page.FindAll(".hermes-action button").Select(Words));
    }

    [Fact]
    public void One_that_failed_is_retried_or_discarded_by_an_administrator()
    {
        Events.Status = () => Task.FromResult(Failed);
        var page = Show();

        Confirm(page, "Retry");
        Confirm(page, "Discard");

        Assert.Equal([$"retry {Id}", $"discard {Id}"], Events.Done);
    }

    [Fact]
    public void A_trainer_decides_nothing_about_it()
    {
        Visitor.Bearer = new Bearer("mara", Role.Trainer, "1");
        Events.Status = () => Task.FromResult(Failed);

        Assert.All(Show().FindAll(".hermes-action button"), button => Assert.True(button.HasAttribute("disabled")));
    }

    [Fact]
    public void Nothing_is_to_be_decided_about_one_that_was_delivered()
    {
        Events.Status = () => Task.FromResult(Failed with { State = EventState.Delivered, Failures = [] });

        Assert.Empty(Show().FindAll(".hermes-action"));
    }

    private IRenderedComponent<EventDetail> Show() => Render<EventDetail>(parameters => parameters.Add(p => p.Id, Id));
}
