using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Worker.Sharing;

namespace Hermes.Worker.Tests.Processes;

/// <summary>Two workers of a machine that learn one run.</summary>
public sealed class SharedTrainingTests : IDisposable
{
    private const int Steps = 30;

    private readonly WorkerData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Two_workers_learn_the_bits_that_one_learns_in_two_shares_and_a_killed_helper_costs_none_of_them()
    {
        await using var first = WorkerProcess.Serve(_data.Directory);
        await using var other = WorkerProcess.Serve(_data.Directory);
        var facts = await TwoCasesAsync(first);
        var order = await _data.TrainAsync("run", Steps, facts);
        var alone = (await first.AnswerAsync(Placed(order, "alone", 0))).Report!.Completed!;

        await other.ExecuteAsync(Placed(order, "together", 1));
        await other.ReadAsync(m => m.Pulse is { Phase: "train" });
        await first.ExecuteAsync(Placed(order, "together", 0));
        var (said, together) = await ToEndAsync(first);
        Assert.Equal(alone.Package, together.Package);
        // Which of both it is follows from the processor; the numbers of both are told.
        Assert.Matches(@"^A step takes [0-9.]+ s on 2 devices and [0-9.]+ s on one(: all of them learn|, which does not pay: it goes on on one, and the others are free)\.$", Assert.Single(said));
        var end = (await other.ReadAsync(m => m.IsEnd)).Report!;
        Assert.Equal((true, "The first device of the run needs no more help."), (end.Cancelled, end.Message));

        await using (var doomed = WorkerProcess.Serve(_data.Directory))
        {
            await doomed.ExecuteAsync(Placed(order, "cut", 1));
            await doomed.ReadAsync(m => m.Pulse is { Phase: "train" });
            await first.ExecuteAsync(Placed(order, "cut", 0));
            await doomed.ReadAsync(m => m.Pulse is { Phase: "load" });
        }

        var (told, cut) = await ToEndAsync(first);
        Assert.Equal("Another device no longer helps, and it goes on on one: its worker is gone.", Assert.Single(told));
        Assert.Equal(alone.Package, cut.Package);
    }

    [Fact]
    public async Task A_helper_answers_segmentations_and_one_that_cannot_help_says_why()
    {
        await using var first = WorkerProcess.Serve(_data.Directory);
        await using var other = WorkerProcess.Serve(_data.Directory);
        var facts = await TwoCasesAsync(first);
        var order = await _data.TrainAsync("run", 4, facts);
        var package = (await first.AnswerAsync(order)).Report!.Completed!.Package;

        // Nobody has opened a door yet: it waits, and serves meanwhile.
        await other.ExecuteAsync(Placed(order, "waits", 1));
        Assert.Null((await other.AnswerAsync(await _data.SegmentAsync("question", Scans.Image(3), package))).Segmented!.Single().Failed);
        await other.SendAsync(new WorkerCommand { Cancel = "waits/1" });
        Assert.True((await other.ReadAsync(m => m.OrderId == "waits/1" && m.IsEnd)).Report!.Cancelled);

        var foreign = await _data.TrainAsync("run", Steps, facts[0]);
        await other.ExecuteAsync(Placed(foreign, "foreign", 1));
        await first.ExecuteAsync(Placed(await _data.TrainAsync("run", Steps, facts), "foreign", 0));
        Assert.Equal("Another device no longer helps, and it goes on on one: it has other data, another network or computes otherwise.", Assert.Single((await ToEndAsync(first)).Said));
        Assert.True((await other.ReadAsync(m => m.IsEnd)).Report!.Cancelled);

        await other.ExecuteAsync(Placed(await _data.WithTestCaseAsync(foreign), "refused", 1));
        await first.ExecuteAsync(Placed(await _data.TrainAsync("run", Steps, facts), "refused", 0));
        var reason = "The order names the case 'c0' of 'boxes', which is a test case: nothing may learn from it.";
        Assert.Equal(reason, (await other.ReadAsync(m => m.IsEnd)).Report!.Failed!.Message);
        Assert.Equal($"Another device no longer helps, and it goes on on one: {reason}", Assert.Single((await ToEndAsync(first)).Said));
    }

    [Fact]
    public async Task A_helper_that_always_has_a_share_to_learn_hears_a_cancel()
    {
        await using var other = WorkerProcess.Serve(_data.Directory);
        var order = await _data.TrainAsync("run", Steps, await TwoCasesAsync(other));
        using var listening = DeviceLink.Listen(_data.Directory, "busy");
        await other.ExecuteAsync(Placed(order, "busy", 1));
        await other.ReadAsync(m => m.Pulse is { Phase: "load" });
        using var link = DeviceLink.TryAccept(listening)!;
        Assert.Equal(1, Next(link).Place);
        var sizes = Next(link).Ready!;
        using var memory = SharedMemory.Create(sizes);
        link.Send(new DeviceWord { Memory = memory.Number });

        for (var batch = 0; batch < 10; batch++)
        {
            if (batch == 3)
            {
                await other.SendAsync(new WorkerCommand { Cancel = "busy/1" });
            }

            link.Send(new DeviceWord { Begin = batch });
            // The next one is there before this one is done.
            if (batch > 0 && Next(link) is { Done: null } end)
            {
                Assert.Equal("its silo asked it to stop", end.Failed);
                Assert.True((await other.ReadAsync(m => m.OrderId == "busy/1" && m.IsEnd)).Report!.Cancelled);
                return;
            }
        }

        Assert.Fail("It did not stop.");
    }

    private static DeviceWord Next(DeviceLink link)
    {
        for (var turn = 0; turn < 60; turn++)
        {
            if (link.Receive(TimeSpan.FromSeconds(1)) is { } word)
            {
                return word;
            }
        }

        throw new TimeoutException("The other worker says nothing.");
    }

    private static TrainOrder Placed(TrainOrder order, string id, int place) => order with { OrderId = $"{id}/{place}", Place = new DevicePlace(2, place, id) };

    private static async Task<(List<string> Said, ModelVersionContent Completed)> ToEndAsync(WorkerProcess worker)
    {
        var said = new List<string>();
        while (true)
        {
            var message = await worker.ReadAsync(m => m.Report is not null);
            if (message.Report is { Message: { } sentence })
            {
                said.Add(sentence);
            }

            if (message.IsEnd)
            {
                return (said, message.Report!.Completed!);
            }
        }
    }

    private async Task<CaseFacts[]> TwoCasesAsync(WorkerProcess worker) =>
    [
        (await worker.AnswerAsync(await _data.IngestAsync("a", Scans.Image(1), Scans.Label()))).Ingested!,
        (await worker.AnswerAsync(await _data.IngestAsync("b", Scans.Image(2), Scans.Label()))).Ingested!,
    ];
}
