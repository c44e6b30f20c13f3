using System.Runtime.Serialization;
using System.Text.Json;
using Hermes.Grains.Events;
using Hermes.Grains.Interfaces;

namespace Hermes.Grains.Tests.Events;

public sealed class ParkUnreadTests
{
    [Fact]
    public void What_cannot_be_read_or_is_wrong_is_parked_and_what_met_something_that_is_away_goes_back_to_the_broker()
    {
        Assert.All(
            new Exception[] { new SerializationException("no JSON"), new InvalidOperationException("at the reader", new JsonException("half an event")), new HermesException("An event needs an id.") },
            error => Assert.True(ParkUnread.IsForGood(error), $"{error}"));
        Assert.All(
            new Exception[]
            {
                new HermesException("The database is away.") { IsPassing = true }, new InvalidOperationException("on the way", new HermesException("The store is away.") { IsPassing = true }),
                new TimeoutException("no answer"), new IOException("broken pipe"),
            },
            error => Assert.False(ParkUnread.IsForGood(error), $"{error}"));
    }
}
