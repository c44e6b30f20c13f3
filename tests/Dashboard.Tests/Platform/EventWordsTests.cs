using Hermes.Client.Tests.Models;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;

namespace Hermes.Dashboard.Tests.Platform;

public sealed class EventWordsTests
{
    [Fact]
    public void A_dataset_that_is_ready_says_how_much_it_holds_and_who_is_to_learn_it() => Assert.Equal(
        "local/a@2 is ready with 1 case of ct and 2 tasks; universal is to learn it.",
        EventWords.Of(new DatasetReady { EventId = "", At = default, Subject = "", Actor = "", Dataset = new PinnedDataset("local/a", 2), Cases = 1, Modality = "ct", Tasks = ["a/b", "a/c"], Grow = "universal" }));

    [Fact]
    public void Of_many_names_the_first_are_told() => Assert.Equal(
        "a/1, a/2, a/3 and 2 more of local/a are to be registered, for the update grow.",
        EventWords.Of(new TaskPriorsRequested { EventId = "", At = default, Subject = "", Actor = "", Dataset = "local/a", Tasks = ["a/1", "a/2", "a/3", "a/4", "a/5"], Update = "grow" }));

    [Theory]
    [InlineData(0, "universal serves nothing any more.")]
    [InlineData(3, "universal serves version 3, with 1 branch.")]
    public void A_model_says_what_it_serves(int version, string words) => Assert.Equal(words, EventWords.Of(new ModelVersionPublished
    {
        EventId = "", At = default, Subject = "", Actor = "", Model = "universal", Version = version, Digest = "", Promotion = 1, Trunk = [], Branches = [new PinnedDataset("local/a", 1)], Gone = [],
    }));

    [Theory]
    [InlineData(false, false, "The update grow is proven to leave old answers of universal as they were.")]
    [InlineData(true, false, "The update grow is proven to keep the Dice of old tasks of universal within its tolerance.")]
    [InlineData(true, true, "The update grow is certified, with too few cases to say of every old task of universal what it lost.")]
    public void An_update_that_is_certified_says_what_was_proven(bool makesTrunk, bool hasDoubts, string words) => Assert.Equal(words, EventWords.Of(new UpdateCertified
    {
        EventId = "", At = default, Subject = "", Actor = "", Update = "grow", Model = "universal", Datasets = [], AutoPromote = false,
        Certificate = (makesTrunk ? Grown.TrunkCertificate() : Grown.Certificate()) with { NeedsAcceptance = hasDoubts },
    }));

    [Fact]
    public void An_update_that_failed_says_why() => Assert.Equal(
        "The update grow of universal is FAILED: A run failed.",
        EventWords.Of(new UpdateProgressed { EventId = "", At = default, Subject = "", Actor = "", Update = "grow", Model = "universal", Datasets = [], State = "FAILED", Cause = "A run failed." }));

    [Fact]
    public void What_could_not_be_read_says_so_and_every_kind_can_be_searched_for()
    {
        Assert.Equal("What came could not be read as an event.", EventWords.Of(null));
        Assert.Contains(nameof(RunCompleted), EventWords.Kinds);
        Assert.Equal(EventWords.Kinds.Order(StringComparer.Ordinal), EventWords.Kinds);
    }

    [Fact]
    public void A_row_tells_the_cause_of_what_failed_and_not_of_what_was_discarded()
    {
        var status = new EventStatus
        {
            EventId = "e", State = EventState.Failed, Unread = "?", Received = DateTimeOffset.UnixEpoch,
            Failures = [new EventFailure("A", new Failure("One."), 1, default), new EventFailure("B", new Failure("Two."), 1, default)],
        };

        var row = EventRow.Of(status);

        Assert.Equal(("One.", 1, "A", null, DateTimeOffset.UnixEpoch), (row.Cause!.Message, row.MoreCauses, row.Subscriber, row.Kind, row.At!.Value));
        Assert.Null(EventRow.Of(status with { State = EventState.Discarded }).Cause);
    }
}
