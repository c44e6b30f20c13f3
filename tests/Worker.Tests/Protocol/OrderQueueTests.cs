using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Worker.Protocol;

namespace Hermes.Worker.Tests.Protocol;

public sealed class OrderQueueTests
{
    private static readonly BlobRef AnyBlob = new("local", new string('0', 64), 1, MediaTypes.Nifti);

    private readonly OrderQueue _queue = new();

    [Fact]
    public void Orders_are_taken_in_the_order_they_came()
    {
        _queue.Add(Train("a"));
        _queue.Add(Segment("b"));

        Assert.Equal("a", _queue.Take()!.Order.OrderId);
        Assert.Equal("b", _queue.Take()!.Order.OrderId);
    }

    [Fact]
    public void A_segment_order_may_overtake_what_waits_before_it()
    {
        _queue.Add(Train("a"));
        _queue.Add(Segment("b"));

        Assert.Equal("b", _queue.TryTakeSegment()!.Order.OrderId);
        Assert.Null(_queue.TryTakeSegment());
        Assert.Equal("a", _queue.Take()!.Order.OrderId);
    }

    [Fact]
    public void An_order_that_is_under_way_is_not_added_again()
    {
        _queue.Add(Train("a"));
        var running = _queue.Take()!;
        _queue.Add(Train("a"));
        _queue.Close();

        Assert.Null(_queue.Take());
        _queue.End(running);
    }

    [Fact]
    public void An_order_that_has_ended_can_come_again()
    {
        _queue.Add(Train("a"));
        _queue.End(_queue.Take()!);
        _queue.Add(Train("a"));

        Assert.Equal("a", _queue.Take()!.Order.OrderId);
    }

    [Fact]
    public void A_cancel_marks_the_order_that_runs_and_gives_back_the_one_that_waits_to_be_answered()
    {
        _queue.Add(Train("running"));
        _queue.Add(Train("waiting"));
        var running = _queue.Take()!;

        Assert.Null(_queue.Cancel("running"));
        Assert.Equal("waiting", _queue.Cancel("waiting")!.OrderId);
        Assert.Null(_queue.Cancel("never heard of"));

        Assert.True(running.Cancelled.IsCancellationRequested);
        _queue.End(running);
        Assert.False(_queue.IsBusy);
    }

    [Fact]
    public void A_closed_queue_gives_what_it_has_and_then_nothing()
    {
        _queue.Add(Train("a"));
        _queue.Close();
        _queue.Add(Train("late"));

        Assert.Equal("a", _queue.Take()!.Order.OrderId);
        Assert.Null(_queue.Take());
    }

    [Fact]
    public async Task Taking_waits_for_an_order()
    {
        var taken = Task.Run(_queue.Take);
        Assert.False(taken.IsCompleted);
        _queue.Add(Segment("a"));

        Assert.Equal("a", (await taken.WaitAsync(TimeSpan.FromSeconds(30)))!.Order.OrderId);
    }

    [Fact]
    public void The_queue_is_busy_until_the_last_order_has_ended()
    {
        Assert.False(_queue.IsBusy);
        _queue.Add(Train("a"));
        var order = _queue.Take()!;
        Assert.True(_queue.IsBusy);
        _queue.End(order);

        Assert.False(_queue.IsBusy);
    }

    private static TrainOrder Train(string id) => new()
    {
        OrderId = id,
        Run = "r",
        Configuration = "{}",
        Tasks = ["a/b"],
        Datasets = [new TrainingDataset { Name = "a", Modality = "ct", Labels = [new LabelEntry(1, "b", "a/b")], CasePages = [AnyBlob] }],
    };

    private static SegmentOrder Segment(string id) => new()
    {
        OrderId = id,
        Requests = [new SegmentationRequest { Model = "m@1", Package = AnyBlob, Image = AnyBlob, Prompt = new DefinitePrompt { Modality = "ct", Tasks = ["a/b"], Wanted = [] } }],
    };
}
