using System.Diagnostics;
using System.Diagnostics.Metrics;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;
using Hermes.Silo.Telemetry;
using Hermes.Silo.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermes.Silo.Tests.Workers;

/// <summary>Supervision of a worker process, with a shell script in the worker's place that reads commands and does what the case's name says.</summary>
public sealed class WorkerSlotTests : IAsyncDisposable
{
    private const string Script =
        """
        echo '{"hello":{"processId":1}}'
        while read -r line; do
          id=$(sed -E 's/.*"(orderId|cancel)":"([^"]*)".*/\2/' <<< "$line")
          case "$line" in
            *'"execute":'*) echo "{\"orderId\":\"$id\",\"pulse\":{\"phase\":\"ingest\",\"stillSeconds\":0}}" ;;
          esac
          case "$line" in
            *'"cancel":'*stubborn*) ;;
            *'"cancel":'*) echo "{\"orderId\":\"$id\",\"cancelled\":true}" ;;
            *'"caseId":"crash"'*) echo 'terminate called' >&2; echo 'out of memory' >&2; kill -ABRT $$ ;;
            *'"caseId":"stopped"'*) kill -STOP $$ ;;
            *'"caseId":"stuck"'*) echo "{\"orderId\":\"$id\",\"pulse\":{\"phase\":\"ingest\",\"stillSeconds\":9999}}" ;;
            *'"caseId":"endless"'*) head -c 20000000 /dev/zero ;;
            *'"caseId":"chatter"'*) echo 'a library says hello'; echo 'null'; echo "{\"orderId\":\"$id\",\"failed\":{\"message\":\"no\"}}" ;;
            *'"caseId":"save"'*) echo "{\"orderId\":\"$id\",\"report\":{\"phase\":\"train\",\"checkpoint\":{\"step\":1,\"blob\":{\"site\":\"local\",\"sha256\":\"0\",\"length\":1,\"mediaType\":\"\"}}}}" ;;
            *'"caseId":"wait"'*) echo "{\"orderId\":\"$id\",\"progress\":{\"phase\":\"read\",\"done\":1,\"total\":2}}" ;;
            *) echo "{\"orderId\":\"$id\",\"failed\":{\"message\":\"answer to $id by $$\"}}" ;;
          esac
        done
        """;

    // A cancel has 1.5 s, silence 6 s.
    private static readonly WorkerPatience Patience = new() { Factor = 0.05, Look = TimeSpan.FromMilliseconds(50) };

    private readonly Troubles _troubles = new(TimeProvider.System);
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SiloMetrics _metrics;
    private readonly WorkerSlot _slot;

    public WorkerSlotTests()
    {
        _metrics = new SiloMetrics(_services.GetRequiredService<IMeterFactory>());
        _slot = new WorkerSlot("silo/cpu", () => new ProcessStartInfo("bash", ["-c", Script]) { UseShellExecute = false }, Patience, _troubles, _metrics, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _slot.DisposeAsync();
        await _services.DisposeAsync();
    }

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
    public async Task A_worker_that_cannot_be_started_is_a_lost_one_whose_cause_is_told()
    {
        await using var slot = new WorkerSlot("silo/cpu", () => new ProcessStartInfo("/no/such/worker") { UseShellExecute = false }, Patience, _troubles, _metrics, NullLogger.Instance);

        var lost = await Assert.ThrowsAsync<WorkerLostException>(async () => await slot.ExecuteAsync(Order("one", "plain"), false, default).ToListAsync());

        Assert.StartsWith("worker could not be started: ", lost.Message, StringComparison.Ordinal);
        Assert.Contains("/no/such/worker", lost.Message, StringComparison.Ordinal);
        Assert.True(lost.WasExecuting);
    }

    [Fact]
    public async Task A_worker_that_may_not_be_started_is_a_lost_one_too()
    {
        await using var slot = new WorkerSlot("silo/cpu", () => throw new UnauthorizedAccessException("Access to its files is denied."), Patience, _troubles, _metrics, NullLogger.Instance);

        var lost = await Assert.ThrowsAsync<WorkerLostException>(async () => await slot.ExecuteAsync(Order("one", "plain"), false, default).ToListAsync());

        Assert.Equal("worker could not be started: Access to its files is denied.", lost.Message);
    }

    [Fact]
    public async Task A_cancel_that_comes_while_the_worker_starts_does_not_overtake_the_order()
    {
        using var stop = new CancellationTokenSource();
        await using var slot = new WorkerSlot(
            "silo/cpu",
            () =>
            {
                stop.Cancel();
                return new ProcessStartInfo("bash", ["-c", Script]) { UseShellExecute = false };
            },
            Patience, _troubles, _metrics, NullLogger.Instance);

        // The script answers a cancel only after the order that it is for; a cancel that came first would be killed for.
        var messages = await slot.ExecuteAsync(Order("one", "wait"), false, stop.Token).ToListAsync();

        Assert.Equal([false, true], messages.Select(m => m.Cancelled));
    }

    [Fact]
    public async Task All_orders_of_a_lost_worker_are_told_and_only_the_one_it_was_at_is_to_blame()
    {
        var (waiting, begun) = Begin("one", "wait");
        await begun;
        var guilty = await Assert.ThrowsAsync<WorkerLostException>(() => AnswerAsync("two", "crash"));

        var innocent = await Assert.ThrowsAsync<WorkerLostException>(() => waiting);
        Assert.Equal((true, false), (guilty.WasExecuting, innocent.WasExecuting));
    }

    [Theory]
    [InlineData("stopped", "worker said nothing for 6 s, as if it had been stopped, and was ended")]
    [InlineData("stuck", "worker did not get on for 9999 s at 'ingest' and was ended")]
    public async Task A_worker_that_does_not_get_on_is_ended_and_the_cause_told(string how, string cause)
    {
        var lost = await Assert.ThrowsAsync<WorkerLostException>(() => AnswerAsync("one", how).WaitAsync(TimeSpan.FromSeconds(90)));

        Assert.Equal((137, cause), (lost.ExitCode, lost.Message));
        var trouble = Assert.Single(_troubles.All);
        Assert.Equal("worker silo/cpu", trouble.Subject);
        Assert.Contains(cause, trouble.Message, StringComparison.Ordinal);

        Assert.NotNull((await AnswerAsync("two", "plain")).Failed);
        Assert.Empty(_troubles.All);
    }

    [Fact]
    public async Task That_a_worker_hung_is_forgotten_when_the_next_one_has_saved_a_step_of_a_long_training()
    {
        await Assert.ThrowsAsync<WorkerLostException>(() => AnswerAsync("one", "stuck"));
        var (_, begun) = Begin("waiting", "wait");
        await begun;
        Assert.Single(_troubles.All);

        var (_, saved) = Begin("training", "save");
        await saved;

        Assert.Empty(_troubles.All);
    }

    [Fact]
    public async Task A_worker_is_not_killed_for_a_cancelled_order_that_it_is_not_at()
    {
        using var stop = new CancellationTokenSource();
        var (waiting, begun) = Begin("stubborn", "wait", cancellationToken: stop.Token);
        await begun;
        var (other, otherBegun) = Begin("other", "wait");
        await otherBegun;

        await stop.CancelAsync();
        await Task.Delay(2 * Patience.Cancel);

        Assert.False(waiting.IsCompleted || other.IsCompleted);
    }

    [Fact]
    public async Task An_order_that_runs_alone_asks_others_to_leave_and_those_that_come_wait()
    {
        using var stop = new CancellationTokenSource();
        var (first, begun) = Begin("first", "wait");
        await begun;

        var (alone, aloneBegun) = Begin("alone", "wait", alone: true, stop.Token);
        Assert.True((await first.WaitAsync(TimeSpan.FromSeconds(30))).Cancelled);
        await aloneBegun;
        var late = AnswerAsync("late", "plain");
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        Assert.False(late.IsCompleted);
        await stop.CancelAsync();

        Assert.True((await alone).Cancelled);
        Assert.NotNull((await late.WaitAsync(TimeSpan.FromSeconds(30))).Failed);
    }

    [Fact]
    public async Task An_order_that_does_not_leave_loses_its_worker_and_is_not_to_blame()
    {
        var (stubborn, begun) = Begin("stubborn", "wait");
        await begun;

        Assert.NotNull((await Begin("alone", "plain", alone: true).Answer.WaitAsync(TimeSpan.FromSeconds(60))).Failed);

        Assert.False((await Assert.ThrowsAsync<WorkerLostException>(() => stubborn)).WasExecuting);
    }

    [Fact]
    public async Task An_order_that_is_cancelled_before_it_may_come_in_is_answered_at_once()
    {
        var (_, begun) = Begin("alone", "wait", alone: true);
        await begun;

        using var stop = new CancellationTokenSource();
        var late = AnswerAsync("late", "plain", stop.Token);
        await stop.CancelAsync();

        Assert.True((await late.WaitAsync(TimeSpan.FromSeconds(30))).Cancelled);
    }

    [Fact]
    public async Task A_cancelled_order_ends_when_the_worker_says_so()
    {
        using var stop = new CancellationTokenSource();
        var heard = new List<WorkerMessage>();

        await foreach (var message in _slot.ExecuteAsync(Order("one", "wait"), false, stop.Token))
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
            await foreach (var _ in _slot.ExecuteAsync(Order("stubborn", "wait"), false, stop.Token))
            {
                await stop.CancelAsync();
            }
        });

        Assert.Equal(137, lost.ExitCode);
    }

    [Fact]
    public async Task An_order_that_was_cancelled_before_it_was_sent_starts_no_worker()
    {
        Assert.True((await AnswerAsync("one", "crash", new CancellationToken(canceled: true))).Cancelled);
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

    private Task<WorkerMessage> AnswerAsync(string id, string caseId, CancellationToken cancellationToken = default) =>
        Begin(id, caseId, cancellationToken: cancellationToken).Answer;

    /// <summary>Sends an order; its last message, and when its first has come.</summary>
    private (Task<WorkerMessage> Answer, Task Begun) Begin(string id, string caseId, bool alone = false, CancellationToken cancellationToken = default)
    {
        var begun = new TaskCompletionSource();
        return (AnswerAsync(), begun.Task.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None));

        async Task<WorkerMessage> AnswerAsync()
        {
            WorkerMessage? last = null;
            await foreach (var message in _slot.ExecuteAsync(Order(id, caseId), alone, cancellationToken))
            {
                last = message;
                begun.TrySetResult();
            }

            return last!;
        }
    }

    private static IngestOrder Order(string id, string caseId) => new()
    {
        OrderId = id,
        Case = new CaseSource { CaseId = caseId, Patient = "p", Image = new BlobRef("local", new string('0', 64), 1, MediaTypes.Nifti), ImageFile = "i.nii" },
        Modality = "ct",
        Labels = [],
    };
}
