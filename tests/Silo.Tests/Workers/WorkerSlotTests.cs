using System.Diagnostics;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;
using Hermes.Silo.Workers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermes.Silo.Tests.Workers;

/// <summary>Supervision of a worker process, with a shell script in the worker's place that reads commands and does what the case's name says.</summary>
public sealed class WorkerSlotTests : IAsyncDisposable
{
    private const string Script =
        """
        echo '{"hello":{"processId":1,"device":"cpu","threads":1,"precision":"fp32","library":"none"}}'
        while read -r line; do
          id=$(sed -E 's/.*"(orderId|cancel)":"([^"]*)".*/\2/' <<< "$line")
          case "$line" in
            *'"cancel":'*stubborn*) ;;
            *'"cancel":'*) echo "{\"orderId\":\"$id\",\"cancelled\":true}" ;;
            *'"caseId":"crash"'*) echo 'terminate called' >&2; echo 'out of memory' >&2; kill -ABRT $$ ;;
            *'"caseId":"endless"'*) head -c 20000000 /dev/zero ;;
            *'"caseId":"chatter"'*) echo 'a library says hello'; echo "{\"orderId\":\"$id\",\"failed\":{\"message\":\"no\"}}" ;;
            *'"caseId":"wait"'*) echo "{\"orderId\":\"$id\",\"progress\":{\"phase\":\"read\",\"done\":1,\"total\":2}}" ;;
            *) echo "{\"orderId\":\"$id\",\"failed\":{\"message\":\"answer to $id by $$\"}}" ;;
          esac
        done
        """;

    private readonly WorkerSlot _slot = new(
        () => new ProcessStartInfo("bash", ["-c", Script]) { UseShellExecute = false }, TimeSpan.FromSeconds(1), NullLogger.Instance);

    public ValueTask DisposeAsync() => _slot.DisposeAsync();

    [Fact]
    public async Task An_order_is_answered_and_the_worker_stays()
    {
        var first = await AnswerAsync("one", "plain");
        var second = await AnswerAsync("two", "plain");

        Assert.StartsWith("answer to one by ", first.Failed!.Message, StringComparison.Ordinal);
        Assert.Equal(first.Failed.Message.Split(' ')[^1], second.Failed!.Message.Split(' ')[^1]);
    }

    [Fact]
    public async Task A_lost_worker_is_told_with_its_exit_code_and_last_words_and_the_next_order_gets_a_new_one()
    {
        var lost = await Assert.ThrowsAsync<WorkerLostException>(() => AnswerAsync("one", "crash"));

        Assert.Equal(134, lost.ExitCode);
        Assert.Contains("worker exited 134 (SIGABRT); its last messages: terminate called | out of memory", lost.Story, StringComparison.Ordinal);
        Assert.NotNull((await AnswerAsync("two", "plain")).Failed);
    }

    [Fact]
    public async Task All_orders_of_a_lost_worker_are_told()
    {
        var waiting = AnswerAsync("one", "wait");
        await Assert.ThrowsAsync<WorkerLostException>(() => AnswerAsync("two", "crash"));

        await Assert.ThrowsAsync<WorkerLostException>(() => waiting);
    }

    [Fact]
    public async Task A_cancelled_order_ends_when_the_worker_says_so()
    {
        using var stop = new CancellationTokenSource();
        var heard = new List<WorkerMessage>();

        await foreach (var message in _slot.ExecuteAsync(Order("one", "wait"), stop.Token))
        {
            heard.Add(message);
            await stop.CancelAsync();
        }

        Assert.Equal([false, true], heard.Select(m => m.Cancelled));
    }

    [Fact]
    public async Task A_worker_that_does_not_react_to_cancel_is_killed()
    {
        using var stop = new CancellationTokenSource();

        var lost = await Assert.ThrowsAsync<WorkerLostException>(async () =>
        {
            await foreach (var _ in _slot.ExecuteAsync(Order("stubborn", "wait"), stop.Token))
            {
                await stop.CancelAsync();
            }
        });

        Assert.Equal(137, lost.ExitCode);
    }

    [Fact]
    public async Task An_order_that_was_cancelled_before_it_was_sent_starts_no_worker()
    {
        var message = Assert.Single(await CollectAsync(Order("one", "crash"), new CancellationToken(canceled: true)));

        Assert.True(message.Cancelled);
    }

    [Fact]
    public async Task Output_that_is_no_message_does_not_disturb()
    {
        Assert.Equal("no", (await AnswerAsync("one", "chatter")).Failed!.Message);
    }

    [Fact]
    public async Task A_line_without_end_does_not_fill_the_memory()
    {
        var lost = await Assert.ThrowsAsync<WorkerLostException>(() => AnswerAsync("one", "endless"));

        Assert.Contains(lost.LastLines, l => l.Contains("longer than", StringComparison.Ordinal));
    }

    private async Task<WorkerMessage> AnswerAsync(string id, string caseId) => (await CollectAsync(Order(id, caseId), default))[^1];

    private async Task<List<WorkerMessage>> CollectAsync(WorkOrder order, CancellationToken stop)
    {
        var heard = new List<WorkerMessage>();
        await foreach (var message in _slot.ExecuteAsync(order, stop))
        {
            heard.Add(message);
        }

        return heard;
    }

    private static IngestOrder Order(string id, string caseId) => new()
    {
        OrderId = id,
        Case = new CaseSource { CaseId = caseId, Patient = "p", Image = new BlobRef("local", new string('0', 64), 1, MediaTypes.Nifti), ImageFile = "i.nii" },
        Modality = "ct",
        Labels = [],
    };
}
