using System.Text.Json.Nodes;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Runs;

namespace Hermes.Grains.Tests.Segmentations;

[Collection(ClusterCollection.Name)]
public sealed class SegmentationGrainTests(HermesCluster cluster)
{
    [Fact]
    public async Task A_question_is_answered_once_and_served_again()
    {
        var request = await RequestAsync("a");
        cluster.Workers.Segmentations[request.ImageFile!] = AnswerAsync;

        var first = await AskAsync(request, SegmentationState.Completed);
        var second = await Grain(request).AskAsync(request with { ImageFile = "the same under another name" });

        Assert.Equal(SegmentationState.Completed, second.State);
        Assert.Equal(first.Result!.LabelMap, second.Result!.LabelMap);
        var order = Assert.Single(OrdersOf(request));
        Assert.Equal(["a/liver", "a/spleen"], order.Requests[0].Prompt.Tasks);
        Assert.Equal("ct", order.Requests[0].Prompt.Modality);
    }

    [Fact]
    public async Task An_answer_whose_blob_was_damaged_is_found_anew()
    {
        var request = await RequestAsync("a");
        cluster.Workers.Segmentations[request.ImageFile!] = AnswerAsync;
        var labelMap = (await AskAsync(request, SegmentationState.Completed)).Result!.LabelMap!;
        var damaged = await File.ReadAllBytesAsync(cluster.Blobs.TryGetLocalPath(labelMap)!);
        damaged[0] ^= 1;
        await File.WriteAllBytesAsync(cluster.Blobs.TryGetLocalPath(labelMap)!, damaged);

        await AskAsync(request, SegmentationState.Completed);

        Assert.Equal(2, OrdersOf(request).Count);
        await cluster.Blobs.VerifyAsync(labelMap);
    }

    [Fact]
    public async Task An_image_that_calls_itself_a_page_of_references_is_refused()
    {
        var request = await RequestAsync("a");
        request = request with { Image = request.Image with { MediaType = MediaTypes.Json } };

        var refusal = await Assert.ThrowsAsync<HermesException>(() => Grain(request).AskAsync(request));

        Assert.Contains("a volume was expected", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_whose_blob_is_gone_is_found_anew()
    {
        var request = await RequestAsync("a");
        cluster.Workers.Segmentations[request.ImageFile!] = AnswerAsync;
        var first = await AskAsync(request, SegmentationState.Completed);

        await cluster.Blobs.DeleteAsync(first.Result!.LabelMap!);
        await AskAsync(request, SegmentationState.Completed);

        Assert.Equal(2, OrdersOf(request).Count);
        Assert.True(await cluster.Blobs.ExistsAsync(first.Result.LabelMap!));
    }

    [Fact]
    public async Task A_question_that_cost_a_worker_is_tried_once_more_alone_and_then_fails_with_its_cause()
    {
        var lucky = await RequestAsync("b");
        cluster.Workers.Segmentations[lucky.ImageFile!] = (order, say, stop) =>
            order.OrderId.EndsWith("/2", StringComparison.Ordinal) ? AnswerAsync(order, say, stop) : throw ScriptedWorkers.Crash(139);
        var unlucky = await RequestAsync("b");
        cluster.Workers.Segmentations[unlucky.ImageFile!] = (_, _, _) => throw ScriptedWorkers.Crash(137);

        await AskAsync(lucky, SegmentationState.Completed);
        var failed = await AskAsync(unlucky, SegmentationState.Failed);

        Assert.Contains("worker exited 137 (SIGKILL", failed.Cause!.Message, StringComparison.Ordinal);
        Assert.Contains("with nothing beside it", failed.Cause.Message, StringComparison.Ordinal);
        Assert.Equal(2, OrdersOf(unlucky).Count);
        Assert.Equal([OrdersOf(lucky)[1], OrdersOf(unlucky)[1]], cluster.Workers.Alone.Where(o => OrdersOf(lucky).Concat(OrdersOf(unlucky)).Contains(o)));
    }

    [Fact]
    public async Task A_worker_lost_over_other_work_is_not_held_against_a_question()
    {
        var request = await RequestAsync("b");
        cluster.Workers.Segmentations[request.ImageFile!] = (order, say, stop) =>
            order.OrderId.EndsWith("/4", StringComparison.Ordinal) ? AnswerAsync(order, say, stop) : throw ScriptedWorkers.Crash(137).Over(wasExecuting: false);

        await AskAsync(request, SegmentationState.Completed);

        Assert.DoesNotContain(cluster.Workers.Alone, o => OrdersOf(request).Contains(o));
    }

    [Fact]
    public async Task A_question_whose_worker_finds_the_store_away_is_asked_again_until_it_is_back()
    {
        var request = await RequestAsync("a");
        var tries = 0;
        cluster.Workers.Segmentations[request.ImageFile!] = (order, say, stop) =>
        {
            if (++tries > 3)
            {
                return AnswerAsync(order, say, stop);
            }

            say(new WorkerMessage { Failed = new Failure("The blob store is away.", IsPassing: true) });
            return Task.CompletedTask;
        };

        await AskAsync(request, SegmentationState.Completed);

        Assert.Equal(4, tries);
    }

    [Fact]
    public async Task A_question_that_fails_in_a_way_nobody_foresaw_does_not_stop_the_device_for_the_others()
    {
        var odd = await RequestAsync("a");
        var (begun, release, again) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var isOdd = true;
        cluster.Workers.Segmentations[odd.ImageFile!] = async (order, say, stop) =>
        {
            if (!isOdd)
            {
                await again.Task.WaitAsync(stop);
                await AnswerAsync(order, say, stop);
                return;
            }

            begun.TrySetResult();
            await release.Task;
            isOdd = false;
            throw new InvalidOperationException("Nobody foresaw this.");
        };
        var next = await RequestAsync("a");
        cluster.Workers.Segmentations[next.ImageFile!] = AnswerAsync;
        await Grain(odd).AskAsync(odd);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Grain(next).AskAsync(next);
        await Eventually.HoldsAsync(() => cluster.Grains.GetGrain<IInferenceGrain>(cluster.Device).LoadAsync(), load => load >= 2);

        release.SetResult();

        await Eventually.HoldsAsync(() => Grain(next).GetAsync(), s => s.State == SegmentationState.Completed);
        Assert.Contains(cluster.Troubles.All, t => t.Subject == $"segmentation {odd.Key()}" && t.Message.Contains("Nobody foresaw", StringComparison.Ordinal));
        again.SetResult();
        await Eventually.HoldsAsync(() => Grain(odd).GetAsync(), s => s.State == SegmentationState.Completed);
        await Eventually.HoldsAsync(() => Task.FromResult(cluster.Troubles.All), all => all.All(t => t.Subject != $"segmentation {odd.Key()}"));
    }

    [Fact]
    public async Task A_device_that_does_not_say_how_busy_it_is_is_passed_over()
    {
        var request = await RequestAsync("a");
        cluster.Workers.Segmentations[request.ImageFile!] = AnswerAsync;
        await cluster.Scheduler.DeclareDevicesAsync("gone", "life", [new DeviceDescription("gone/cpu", "gone", "cpu", 1)]);

        // It is said for as long as it takes that there is one, so the answer is not found by waiting until it is known to be gone.
        await Grain(request).AskAsync(request);
        await Eventually.HoldsAsync(
            async () =>
            {
                await cluster.Scheduler.DeclareDevicesAsync("gone", "life", [new DeviceDescription("gone/cpu", "gone", "cpu", 1)]);
                return await Grain(request).GetAsync();
            },
            s => s.State == SegmentationState.Completed);

        await cluster.Scheduler.DeclareDevicesAsync("gone", "life", []);
        Assert.Equal([cluster.Device], (await cluster.Scheduler.ListDevicesAsync()).Select(d => d.Key));
    }

    [Fact]
    public async Task An_answer_is_forgotten_when_its_time_is_over_and_found_anew_when_it_is_asked_again()
    {
        var (old, young) = (await RequestAsync("a"), await RequestAsync("a"));
        foreach (var request in new[] { old, young })
        {
            cluster.Workers.Segmentations[request.ImageFile!] = AnswerAsync;
            await AskAsync(request, SegmentationState.Completed);
        }

        var shown = (await cluster.Catalog.ListAsync(CatalogKinds.Segmentation, new CatalogFilter { Search = old.Key() }, 1, default)).Single();
        await cluster.Catalog.UpsertAsync(shown with { Updated = shown.Updated.AddDays(-31) }, default);
        await cluster.Grains.GetGrain<IBlobCollectorGrain>(cluster.NewName("site")).CollectAsync(shown.Updated);

        Assert.Equal(
            (SegmentationState.Absent, SegmentationState.Completed), ((await Grain(old).GetAsync()).State, (await Grain(young).GetAsync()).State));
        await AskAsync(old, SegmentationState.Completed);
        Assert.Equal(2, OrdersOf(old).Count);
    }

    [Fact]
    public async Task A_question_that_is_asked_anew_while_old_answers_are_forgotten_is_answered()
    {
        var request = await RequestAsync("a");
        var answered = new TaskCompletionSource();
        cluster.Workers.Segmentations[request.ImageFile!] = async (order, say, stop) =>
        {
            await answered.Task.WaitAsync(stop);
            await AnswerAsync(order, say, stop);
        };
        await Grain(request).AskAsync(request);

        // As whoever listed the old ones just before had seen it.
        var shown = (await cluster.Catalog.ListAsync(CatalogKinds.Segmentation, new CatalogFilter { Search = request.Key() }, 1, default)).Single();
        await cluster.Catalog.UpsertAsync(shown with { Version = shown.Version + 1, IsUnfinished = false, Updated = shown.Updated.AddDays(-31) }, default);
        await cluster.Grains.GetGrain<IBlobCollectorGrain>(cluster.NewName("site")).CollectAsync(shown.Updated);
        answered.SetResult();

        await AskAsync(request, SegmentationState.Completed);
        Assert.Single(OrdersOf(request));
    }

    [Fact]
    public async Task A_failed_question_is_asked_anew()
    {
        var request = await RequestAsync("c");
        cluster.Workers.Segmentations[request.ImageFile!] = (_, say, _) =>
        {
            say(new WorkerMessage { Failed = new Failure("The file is not NIfTI.") });
            return Task.CompletedTask;
        };
        Assert.Equal("The file is not NIfTI.", (await AskAsync(request, SegmentationState.Failed)).Cause!.Message);

        cluster.Workers.Segmentations[request.ImageFile!] = AnswerAsync;

        Assert.Null((await AskAsync(request, SegmentationState.Completed)).Cause);
    }

    [Fact]
    public async Task A_question_says_how_far_its_device_is_and_stops_its_worker_when_it_is_cancelled()
    {
        var request = await RequestAsync("a");
        var (begun, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Workers.Segmentations[request.ImageFile!] = async (_, say, stop) =>
        {
            say(new WorkerMessage { Progress = new WorkerProgress("window", 1, 9) });
            begun.TrySetResult();
            await using var registration = stop.Register(() => stopped.TrySetResult());
            await Task.Delay(Timeout.Infinite, stop);
        };
        var running = await AskAsync(request, SegmentationState.Running);
        await begun.Task;
        Assert.Equal((cluster.Device, "window", 1, 9), (running.Device, running.Phase, running.Done, running.Total));

        await Grain(request).CancelAsync();

        var cancelled = await Grain(request).GetAsync();
        Assert.Equal((SegmentationState.Cancelled, null, "", 0), (cancelled.State, cancelled.Device, cancelled.Phase, cancelled.Total));
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_question_survives_the_loss_of_its_actor()
    {
        var request = await RequestAsync("a");
        var release = new TaskCompletionSource();
        cluster.Workers.Segmentations[request.ImageFile!] = async (order, say, stop) =>
        {
            say(new WorkerMessage { Progress = new WorkerProgress("window", 1, 9) });
            await release.Task.WaitAsync(stop);
            await AnswerAsync(order, say, stop);
        };
        await AskAsync(request, SegmentationState.Running);

        await cluster.LoseAsync(Grain(request));
        release.SetResult();

        await Eventually.HoldsAsync(() => Grain(request).GetAsync(), s => s.State == SegmentationState.Completed);
    }

    [Fact]
    public async Task A_question_that_an_older_platform_left_open_ends_with_the_advice_to_ask_again()
    {
        var request = await RequestAsync("a");
        var release = new TaskCompletionSource();
        cluster.Workers.Segmentations[request.ImageFile!] = async (order, say, cancellationToken) =>
        {
            await release.Task.WaitAsync(cancellationToken);
            await AnswerAsync(order, say, cancellationToken);
        };
        await Grain(request).AskAsync(request);
        await Eventually.HoldsAsync(() => Task.FromResult(OrdersOf(request).Count), count => count > 0);
        var stored = JsonNode.Parse(cluster.Storage.Payload("segmentation", Grain(request))!)!;
        stored["value"]!["request"]!.AsObject().Remove("prompt");
        stored["value"]!["request"]!.AsObject().Remove("package");

        cluster.Storage.Damage("segmentation", Grain(request), stored.ToJsonString());
        await cluster.LoseAsync(Grain(request));

        var ended = await Eventually.HoldsAsync(() => Grain(request).GetAsync(), s => s.State == SegmentationState.Failed);
        Assert.Equal("It was asked of an older version of the platform.", ended.Cause!.Message);
        release.SetResult();
    }

    [Fact]
    public async Task A_model_that_is_not_here_is_refused_before_a_device_is_taken()
    {
        var request = await RequestAsync("a");
        request = request with { Package = request.Package with { Sha256 = new string('7', 64) } };

        var refusal = await Assert.ThrowsAsync<HermesException>(() => Grain(request).AskAsync(request));

        Assert.Contains("is not on this platform", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(OrdersOf(request));
    }

    [Fact]
    public async Task Questions_about_one_image_that_wait_for_a_device_are_answered_by_one_order()
    {
        var (whole, some) = await TwoOfOneImageAsync();
        var other = await RequestAsync("a");
        cluster.Workers.Segmentations[whole.ImageFile!] = (order, say, stop) => order.Requests[0].Prompt.Wanted.Count > 1
            ? AnswerAsync(order, say, stop)
            : FailAsync(say, "It has no spleen.");
        cluster.Workers.Segmentations[other.ImageFile!] = AnswerAsync;

        await WhileBusyAsync(whole, other, some);

        Assert.NotNull((await AskAsync(whole, SegmentationState.Completed)).Result);
        Assert.Equal("It has no spleen.", (await Eventually.HoldsAsync(() => Grain(some).GetAsync(), s => s.State == SegmentationState.Failed)).Cause!.Message);
        Assert.NotNull((await AskAsync(other, SegmentationState.Completed)).Result);
        Assert.Equal([whole.Prompt.Wanted.Count, 1], Assert.Single(OrdersOf(whole)).Requests.Select(r => r.Prompt.Wanted.Count));
        Assert.Single(Assert.Single(OrdersOf(other)).Requests);
    }

    [Fact]
    public async Task Questions_that_together_cost_a_worker_are_asked_one_by_one()
    {
        var (whole, some) = await TwoOfOneImageAsync();
        cluster.Workers.Segmentations[whole.ImageFile!] = (order, say, stop) => order.Requests[0].Prompt.Wanted.Count > 1
            ? AnswerAsync(order, say, stop)
            : throw ScriptedWorkers.Crash(137);

        await WhileBusyAsync(whole, some);

        await Eventually.HoldsAsync(() => Grain(some).GetAsync(), s => s.State == SegmentationState.Failed);
        await AskAsync(whole, SegmentationState.Completed);
        Assert.Equal([2, 1, 1, 1], OrdersOf(whole).Select(o => o.Requests.Count));
        Assert.Equal(4, OrdersOf(whole).Select(o => o.OrderId).Distinct().Count());
    }

    [Fact]
    public async Task One_of_several_questions_answered_together_can_be_given_up()
    {
        var (whole, some) = await TwoOfOneImageAsync();
        var (begun, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Workers.Segmentations[whole.ImageFile!] = async (order, say, stop) =>
        {
            begun.TrySetResult();
            await release.Task.WaitAsync(stop);
            await AnswerAsync(order, say, stop);
        };
        await WhileBusyAsync(whole, some);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await Grain(some).CancelAsync();
        await Eventually.HoldsAsync(() => cluster.Grains.GetGrain<IInferenceGrain>(cluster.Device).LoadAsync(), load => load == 1);
        release.SetResult();

        await Eventually.HoldsAsync(() => Grain(whole).GetAsync(), s => s.State == SegmentationState.Completed);
        Assert.Equal(SegmentationState.Cancelled, (await Grain(some).GetAsync()).State);
    }

    // Asks them, in this order, while the device has something else to do.
    private async Task WhileBusyAsync(params SegmentationRequest[] requests)
    {
        var busy = await RequestAsync("a");
        var release = new TaskCompletionSource();
        cluster.Workers.Segmentations[busy.ImageFile!] = async (order, say, stop) =>
        {
            await release.Task.WaitAsync(stop);
            await AnswerAsync(order, say, stop);
        };
        var waiting = 0;
        foreach (var request in requests.Prepend(busy))
        {
            waiting++;
            await Grain(request).AskAsync(request);
            await Eventually.HoldsAsync(() => cluster.Grains.GetGrain<IInferenceGrain>(cluster.Device).LoadAsync(), load => load == waiting);
        }

        await Eventually.HoldsAsync(() => Task.FromResult(OrdersOf(busy).Count), count => count == 1);
        release.SetResult();
    }

    // All of a group, and one task of it.
    private async Task<(SegmentationRequest Whole, SegmentationRequest Some)> TwoOfOneImageAsync()
    {
        var whole = await RequestAsync("a");
        return (whole, whole with { Prompt = whole.Prompt with { Wanted = [whole.Prompt.Wanted[^1]] } });
    }

    private static Task FailAsync(Action<WorkerMessage> say, string message)
    {
        say(new WorkerMessage { Segmented = [new SegmentAnswer(null, new Failure(message))] });
        return Task.CompletedTask;
    }

    private async Task<SegmentationRequest> RequestAsync(string group)
    {
        var script = new TrainingScript(cluster);
        var content = await script.ContentAsync();
        var prompted = content.PromptGroups.Single(g => g.Name == group);
        return new SegmentationRequest
        {
            Model = $"{script.Run}@1",
            Package = content.Package,
            Image = await cluster.UploadAsync(script.Run),
            ImageFile = $"{script.Run}.nii.gz",
            Prompt = new DefinitePrompt { Group = group, Modality = prompted.Modality, Tasks = [.. prompted.Labels.Select(l => l.Task)], Wanted = prompted.Labels },
        };
    }

    private async Task AnswerAsync(SegmentOrder order, Action<WorkerMessage> say, CancellationToken cancellationToken) => say(new WorkerMessage
    {
        Segmented = [new SegmentAnswer(new SegmentationResult
        {
            LabelMap = await cluster.Blobs.PutJsonAsync($"label map for {order.Requests[0].Model}", cancellationToken),
            Tasks = [.. order.Requests[0].Prompt.Wanted.Select(l => new SegmentedTask { Task = l.Task, Value = l.Value, VolumeMl = 3 })],
            PromptGroup = order.Requests[0].Prompt.Group!,
            Modality = order.Requests[0].Prompt.Modality,
            GeometryDigest = "geometry",
            GeometryChecked = true,
            Windows = 9,
            Seconds = 0.5,
        })],
    });

    private async Task<SegmentationStatus> AskAsync(SegmentationRequest request, SegmentationState until)
    {
        await Grain(request).AskAsync(request);
        return await Eventually.HoldsAsync(() => Grain(request).GetAsync(), s => s.State == until);
    }

    private List<SegmentOrder> OrdersOf(SegmentationRequest request) =>
        [.. cluster.Workers.Orders.OfType<SegmentOrder>().Where(o => o.Requests[0].Model == request.Model)];

    private ISegmentationGrain Grain(SegmentationRequest request) => cluster.Grains.GetGrain<ISegmentationGrain>(request.Key());
}
