using Hermes.Worker.Orders;

namespace Hermes.Worker.Tests.Orders;

public sealed class CardMemoryTests
{
    private readonly StoppedTime _time = new();
    private readonly List<(string Device, TaskCompletionSource<long?> Answer)> _asked = [];

    [Fact]
    public void A_card_is_asked_every_few_seconds_and_no_step_waits_for_the_answer()
    {
        var card = Card("cuda:1");

        Assert.Null(card.UsedMb());
        Assert.Null(card.UsedMb());
        Assert.Equal("cuda:1", Assert.Single(_asked).Device);

        _asked[0].Answer.SetResult(3_000_000_000);
        Assert.Equal(3000, card.UsedMb());
        Assert.Single(_asked);

        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(3000, card.UsedMb());
        Assert.Equal(2, _asked.Count);
        _asked[1].Answer.SetResult(null);
        Assert.Null(card.UsedMb());
    }

    [Fact]
    public void A_processor_has_no_card_to_ask()
    {
        Assert.Null(Card("cpu").UsedMb());
        Assert.Empty(_asked);
    }

    [Fact]
    public void A_driver_that_cannot_be_asked_ends_no_training()
    {
        var card = Card("cuda:0");
        card.UsedMb();
        _asked[0].Answer.SetException(new IOException("No more processes."));

        Assert.Null(card.UsedMb());
    }

    private CardMemory Card(string device) => new(
        device,
        (asked, _) =>
        {
            var answer = new TaskCompletionSource<long?>();
            _asked.Add((asked, answer));
            return answer.Task;
        },
        _time);

    private sealed class StoppedTime : TimeProvider
    {
        private TimeSpan _now = TimeSpan.FromDays(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public void Advance(TimeSpan by) => _now += by;
    }
}
