using System.Text.Json.Nodes;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;
using Hermes.Imaging.Configuration;

namespace Hermes.Grains.Tests.Runs;

[Collection(ClusterCollection.Name)]
public sealed class RunGrainTests(HermesCluster cluster)
{
    [Fact]
    public async Task A_run_trains_completes_and_becomes_a_model_version()
    {
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, async (_, say, _) =>
        {
            say(TrainingScript.Progress(1));
            say(await script.CheckpointAsync(2, 0.5));
            say(await script.CompletedAsync());
        });

        var status = await Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), s => s.ModelVersion is not null);

        Assert.Equal((RunState.Completed, 2, 4), (status.State, status.Step, status.StepsTotal));
        Assert.NotNull(status.Package);
        Assert.Null(status.Device);
        var version = await cluster.Grains.GetGrain<IModelGrain>(run).ResolveAsync("live");
        Assert.Equal((1, run, status.Package), (version.Version, version.Run, version.Content.Package));
        Assert.Null(await cluster.Scheduler.FindLeaseAsync(run));
    }

    [Fact]
    public async Task What_happened_to_a_run_is_told_when_it_happened_by_another_activation_too()
    {
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, async (_, say, _) =>
        {
            say(ScriptedWorkers.Report(new TrainReport { Phase = "train", Done = 1, Message = "The last checkpoint was damaged." }));
            Enumerable.Range(1, 300).ToList().ForEach(_ => say(TrainingScript.Progress(2)));
            say(await script.CheckpointAsync(2, 0.5));
            say(await script.CompletedAsync());
        });
        await Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), s => s.ModelVersion is not null);
        var before = await ToldAsync();

        await cluster.LoseAsync(cluster.Run(run));

        var after = await ToldAsync();
        Assert.Contains(before, line => line.Message == "The last checkpoint was damaged.");
        Assert.Equal(["QUEUED", "RUNNING", "RUNNING", "COMPLETED", "COMPLETED"], after.Select(e => e.State).Take(5));
        Assert.Equal(Lines(before), Lines([.. after.SkipLast(1)]));
        Assert.All(after.SkipLast(1), e => Assert.True(e.Time <= before[^1].Time));
        Assert.True(after[^1].Time > before[^1].Time && after[^1].IsLast);

        async Task<List<ProgressEvent>> ToldAsync()
        {
            var told = new List<ProgressEvent>();
            await foreach (var happened in cluster.Run(run).WatchAsync(0))
            {
                told.Add(happened);
            }

            return told;
        }

        static IEnumerable<(string State, string? Message)> Lines(IReadOnlyList<ProgressEvent> told) =>
            told.Where((e, place) => place == 0 || e.Message is not null || e.State != told[place - 1].State).Select(e => (e.State, e.Message));
    }

    [Fact]
    public async Task What_a_worker_reports_while_nothing_can_be_stored_is_stored_when_it_can()
    {
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, async (_, say, _) =>
        {
            cluster.Storage.Refuse("run", cluster.Run(script.Run));
            say(await script.CheckpointAsync(2, 0.5));
            say(await script.CompletedAsync());
        });

        var status = await Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), s => s.ModelVersion is not null);

        Assert.Equal((RunState.Completed, 2, 0), (status.State, Assert.Single(status.Checkpoints).Step, status.Crashes));
        Assert.Single(cluster.Workers.Orders.OfType<TrainOrder>(), o => o.Run == run);
    }

    [Fact]
    public async Task A_worker_sees_labelled_cases_of_train_and_validation_and_never_a_test_case()
    {
        var name = cluster.NewName("set");
        var dataset = await cluster.AddAsync(name, "add",
        [
            await cluster.CaseAsync("train", split: Split.Train),
            await cluster.CaseAsync("validation", split: Split.Validation),
            await cluster.CaseAsync("test", split: Split.Test),
            await cluster.CaseAsync("unlabelled", labelled: false, split: Split.Train),
        ]);
        await Eventually.ReachesAsync(async () => (await dataset.GetAsync()).State, DatasetState.Ready);
        var script = new TrainingScript(cluster);

        var run = await StartAsync(script, async (_, say, _) => say(await script.CompletedAsync()), $"local/{name}");
        await cluster.ReachesAsync(run, RunState.Completed);

        var order = cluster.Workers.Orders.OfType<TrainOrder>().Single(o => o.Run == run);
        var seen = await cluster.Blobs.GetJsonAsync<List<CaseRecord>>(Assert.Single(Assert.Single(order.Datasets).CasePages));
        Assert.Equal(["train", "validation"], seen.Select(c => c.CaseId));
        Assert.Equal([$"{name}/liver", $"{name}/spleen"], order.Tasks);
    }

    [Fact]
    public async Task The_same_command_twice_is_one_run_and_another_command_is_refused()
    {
        var script = new TrainingScript(cluster);
        var release = new TaskCompletionSource();
        var run = await StartAsync(script, async (_, say, stop) =>
        {
            await release.Task.WaitAsync(stop);
            say(await script.CompletedAsync());
        });
        var request = (await cluster.Run(run).GetAsync()).Request!;

        await cluster.Run(run).StartAsync("start", request);
        var refusal = await Assert.ThrowsAsync<HermesException>(() => cluster.Run(run).StartAsync("another", request));
        release.SetResult();
        await cluster.ReachesAsync(run, RunState.Completed);

        Assert.Equal($"Run '{run}' exists.", refusal.Message);
        Assert.Single(cluster.Workers.Orders.OfType<TrainOrder>(), o => o.Run == run);
    }

    [Fact]
    public async Task Reports_of_a_stale_lease_change_nothing()
    {
        var script = new TrainingScript(cluster);
        var release = new TaskCompletionSource();
        var run = await StartAsync(script, async (_, say, stop) =>
        {
            await release.Task.WaitAsync(stop);
            say(await script.CompletedAsync());
        });
        await cluster.ReachesAsync(run, RunState.Running);
        var lease = (await cluster.Scheduler.FindLeaseAsync(run))!;
        var stale = lease with { Token = lease.Token - 1 };

        var leased = cluster.Grains.GetGrain<ILeasedRunGrain>(run);
        Assert.False(await leased.ReportAsync(stale, new TrainReport { Failed = new Failure("too late") }));
        Assert.False(await leased.ReportAsync(stale, (await script.CheckpointAsync(3, 1)).Report!));
        Assert.Null(await leased.BeginAsync(stale));
        Assert.Null(await leased.BeginAsync(lease with { Token = lease.Token + 1 }));

        var status = await cluster.Run(run).GetAsync();
        Assert.Equal(RunState.Running, status.State);
        Assert.Empty(status.Checkpoints);
        release.SetResult();
        await cluster.ReachesAsync(run, RunState.Completed);
    }

    [Fact]
    public async Task The_last_two_checkpoints_and_the_best_are_kept_and_the_others_deleted()
    {
        var script = new TrainingScript(cluster);
        var heads = new List<CheckpointHead>();
        var run = await StartAsync(script, async (_, say, _) =>
        {
            foreach (var (step, score) in new (int, double?)[] { (1, 0.2), (2, 0.9), (3, 0.3), (4, null), (5, 0.4) })
            {
                var message = await script.CheckpointAsync(step, score);
                heads.Add(message.Report!.Checkpoint!);
                say(message);
            }

            say(await script.CompletedAsync());
        });
        var status = await Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), s => s.ModelVersion is not null);

        Assert.Equal([2, 4, 5], status.Checkpoints.Select(c => c.Step));
        Assert.Equal([1, 2, 3, 4, 5], status.Metrics.Select(m => m.LastStep));
        await Eventually.HoldsAsync(
            async () => (await Task.WhenAll(heads.Select(async h => (h.Step, Kept: await cluster.Blobs.ExistsAsync(h.Blob))))).Where(h => h.Kept).Select(h => h.Step).ToList(),
            kept => kept.SequenceEqual([2, 4, 5]));
    }

    [Fact]
    public async Task A_lost_worker_goes_on_from_the_last_checkpoint_without_the_metrics_past_it()
    {
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, async (order, say, _) =>
        {
            if (order.Checkpoints.Count == 0)
            {
                say(await script.CheckpointAsync(2, null));
                say(ScriptedWorkers.Report(new TrainReport { Chunk = await script.ChunkAsync(3, 3) }));
                say(TrainingScript.Progress(3));
                throw ScriptedWorkers.Crash(137);
            }

            say(await script.CompletedAsync());
        });

        var status = await cluster.ReachesAsync(run, RunState.Completed);

        var resumed = cluster.Workers.Orders.OfType<TrainOrder>().Where(o => o.Run == run).ToList();
        Assert.Equal([null, 2], resumed.Select(o => o.Checkpoints is [.., var last] ? last.Step : (int?)null));
        Assert.Equal([2], status.Metrics.Select(m => m.LastStep));
        Assert.Equal(1, status.Crashes);
    }

    [Fact]
    public async Task Three_crashes_without_a_new_checkpoint_are_a_failure_with_its_cause()
    {
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, (_, say, _) =>
        {
            say(TrainingScript.Progress(3));
            throw ScriptedWorkers.Crash(134);
        });

        var status = await cluster.ReachesAsync(run, RunState.Failed);

        Assert.Equal(3, cluster.Workers.Orders.OfType<TrainOrder>().Count(o => o.Run == run));
        Assert.Contains("3 times without a new checkpoint, last at step 3: worker exited 134 (SIGABRT)", status.Cause!.Message, StringComparison.Ordinal);
        Assert.Contains("out of memory", status.Cause.Message, StringComparison.Ordinal);

        cluster.Workers.Trainings[run] = async (_, say, _) => say(await script.CompletedAsync());
        await cluster.Run(run).ResumeAsync("mended");
        await cluster.ReachesAsync(run, RunState.Completed);
    }

    [Fact]
    public async Task Workers_lost_over_other_work_are_not_held_against_the_run()
    {
        var script = new TrainingScript(cluster);
        var losses = 0;
        var run = await StartAsync(script, async (_, say, _) =>
        {
            say(TrainingScript.Progress(3));
            if (++losses <= 4)
            {
                throw ScriptedWorkers.Crash(137).Over(wasExecuting: false);
            }

            say(await script.CompletedAsync());
        });

        var status = await cluster.ReachesAsync(run, RunState.Completed);

        Assert.Equal(0, status.Crashes);
        Assert.Equal(5, losses);
    }

    [Fact]
    public async Task What_a_run_learns_from_is_written_down_once_when_it_is_asked_for()
    {
        var data = await cluster.ReadyDatasetAsync();
        var page = cluster.PagesOf(data).Single();
        var path = cluster.Blobs.TryGetLocalPath(page)!;
        var bytes = await File.ReadAllBytesAsync(path);
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, async (order, say, _) =>
        {
            if (order.Checkpoints.Count == 0)
            {
                say(await script.CheckpointAsync(1, null));
                File.Delete(path);
                throw ScriptedWorkers.Crash(137);
            }

            say(await script.CompletedAsync());
        }, data);

        await cluster.ReachesAsync(run, RunState.Completed);

        var orders = cluster.Workers.Orders.OfType<TrainOrder>().Where(o => o.Run == run).ToList();
        Assert.Equal(2, orders.Count);
        Assert.Equal(orders[0].Datasets.SelectMany(d => d.CasePages), orders[1].Datasets.SelectMany(d => d.CasePages));
        var refusal = await Assert.ThrowsAsync<HermesException>(() => cluster.Run(cluster.NewName("run")).StartAsync("a", new RunRequest { Datasets = [data] }));
        Assert.Contains($"The case list of dataset '{data}', version 1, cannot be read: ", refusal.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(path, bytes);
    }

    /// <summary>Nobody can ask for a case by name, so the order that is stored is made to name one.</summary>
    [Fact]
    public async Task An_order_that_names_a_test_case_is_refused_and_a_resume_writes_it_anew()
    {
        var name = cluster.NewName("set");
        var dataset = await cluster.AddAsync(name, "add",
        [
            await cluster.CaseAsync("train", split: Split.Train),
            await cluster.CaseAsync("validation", split: Split.Validation),
            await cluster.CaseAsync("secret", split: Split.Test),
        ]);
        await Eventually.ReachesAsync(async () => (await dataset.GetAsync()).State, DatasetState.Ready);
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, async (_, say, stop) =>
        {
            say(TrainingScript.Progress(1));
            await Task.Delay(Timeout.Infinite, stop);
        }, $"local/{name}");
        await cluster.ReachesAsync(run, RunState.Running);
        await cluster.Run(run).CancelAsync("pause");
        await cluster.ReachesAsync(run, RunState.Cancelled);
        var all = await dataset.GetCasesAsync(1, 0);
        Assert.Contains(all, one => one.CaseId == "secret");
        var page = await cluster.Blobs.PutJsonAsync(all);
        var stored = JsonNode.Parse(cluster.Storage.Payload("run", cluster.Run(run))!)!;
        var record = stored["value"]!.AsObject();
        record["order"]!["datasets"]![0]!["casePages"]![0]!["sha256"] = page.Sha256;
        record["order"]!["datasets"]![0]!["casePages"]![0]!["length"] = page.Length;
        record["state"] = "interrupted";
        cluster.Storage.Damage("run", cluster.Run(run), stored.ToJsonString());
        await cluster.LoseAsync(cluster.Run(run));
        var before = cluster.Workers.Orders.OfType<TrainOrder>().Count(o => o.Run == run);

        await cluster.Run(run).WakeAsync();
        var refused = await cluster.ReachesAsync(run, RunState.Failed);

        Assert.Equal(
            $"The order of this run names the case 'secret' of '{name}', which is a test case: nothing may learn from it or be chosen by it.", refused.Cause!.Message);
        Assert.Equal(before, cluster.Workers.Orders.OfType<TrainOrder>().Count(o => o.Run == run));

        cluster.Workers.Trainings[run] = async (_, say, _) => say(await script.CompletedAsync());
        await cluster.Run(run).ResumeAsync("mended");
        await cluster.ReachesAsync(run, RunState.Completed);
        var order = cluster.Workers.Orders.OfType<TrainOrder>().Last(o => o.Run == run);
        var seen = await cluster.Blobs.GetJsonAsync<List<CaseRecord>>(Assert.Single(Assert.Single(order.Datasets).CasePages));
        Assert.Equal(["train", "validation"], seen.Select(c => c.CaseId));
    }

    [Fact]
    public async Task What_is_asked_beside_a_preset_is_in_the_order()
    {
        var script = new TrainingScript(cluster);
        cluster.Workers.Trainings[script.Run] = async (_, say, _) => say(await script.CompletedAsync());
        var request = new RunRequest
        {
            Datasets = [await cluster.ReadyDatasetAsync()], Model = script.Run, Preset = "hermes-r", Steps = 2, BatchSize = 2, MicroBatch = 1, PaperFaithful = true,
        };

        await cluster.Run(script.Run).StartAsync("start", request);
        await cluster.ReachesAsync(script.Run, RunState.Completed);

        var order = cluster.Workers.Orders.OfType<TrainOrder>().Single(o => o.Run == script.Run);
        var configuration = TrainingConfiguration.FromJson(order.Configuration!);
        Assert.Equal((2, 2, 1, true), (configuration.Steps, configuration.BatchSize, configuration.AtOnce, configuration.PaperFaithful));
        var refusal = await Assert.ThrowsAsync<HermesException>(
            () => cluster.Run(cluster.NewName("run")).StartAsync("start", request with { MicroBatch = 3 }));
        Assert.Equal("Of the 2 patches of a step, 1 to 2 can be learned at once; 3 were asked for.", refusal.Message);
    }

    [Fact]
    public async Task A_run_that_an_older_platform_began_is_written_down_and_goes_on()
    {
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, async (order, say, cancellationToken) =>
        {
            if (order.Checkpoints.Count == 0)
            {
                say(await script.CheckpointAsync(1, null));
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            say(await script.CompletedAsync());
        });
        await Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), s => s.Checkpoints.Count == 1);
        await cluster.Run(run).CancelAsync("pause");
        await cluster.ReachesAsync(run, RunState.Cancelled);
        var stored = JsonNode.Parse(cluster.Storage.Payload("run", cluster.Run(run))!)!;
        var record = stored["value"]!.AsObject();
        record.Remove("order");
        record["stepsTotal"] = 0;
        record["state"] = "interrupted";
        cluster.Storage.Damage("run", cluster.Run(run), stored.ToJsonString());
        await cluster.LoseAsync(cluster.Run(run));

        await cluster.Run(run).WakeAsync();

        Assert.Equal(4, (await cluster.ReachesAsync(run, RunState.Completed)).StepsTotal);
    }

    [Fact]
    public async Task What_a_worker_could_not_save_is_told_and_a_cancel_stays_a_cancel()
    {
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, async (_, say, stop) =>
        {
            say(TrainingScript.Progress(1));
            say(ScriptedWorkers.Report(new TrainReport { Phase = "train", Done = 1, Message = "The checkpoint at step 4 cannot be read." }));
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            say(ScriptedWorkers.Report(new TrainReport { Cancelled = true, Message = "It could not be saved. The disk is full." }));
        });
        var noted = await Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), s => s.Note is not null);

        await cluster.Run(run).CancelAsync("stop");
        var ended = await cluster.ReachesAsync(run, RunState.Cancelled);

        Assert.Equal("The checkpoint at step 4 cannot be read.", noted.Note);
        Assert.Equal("It could not be saved. The disk is full.", ended.Cause!.Message);
    }

    [Fact]
    public async Task A_run_under_way_is_shown_with_what_keeps_its_results_from_being_stored()
    {
        var script = new TrainingScript(cluster);
        var release = new TaskCompletionSource();
        var run = await StartAsync(script, async (_, say, stop) =>
        {
            await release.Task.WaitAsync(stop);
            say(await script.CompletedAsync());
        });
        var before = await cluster.ReachesAsync(run, RunState.Running);

        cluster.FreeBytes = 0;
        var full = await cluster.Run(run).GetAsync();
        cluster.FreeBytes = long.MaxValue;
        release.SetResult();
        var after = await cluster.ReachesAsync(run, RunState.Completed);

        Assert.Equal((null, null), (before.Trouble, after.Trouble));
        Assert.Contains("The disk is full: ", full.Trouble!.Message, StringComparison.Ordinal);
        Assert.Contains("0 MiB are free", full.Trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_state_cannot_be_read_keeps_no_other_waiting()
    {
        var (lost, good) = (new TrainingScript(cluster), new TrainingScript(cluster));
        var begun = new TaskCompletionSource();
        await StartAsync(lost, async (_, _, stop) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
        });
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var stored = cluster.Storage.Damage("run", cluster.Run(lost.Run));
        await cluster.LoseAsync(cluster.Run(lost.Run));

        await cluster.DeclareAsync($"life after {lost.Run}");
        await StartAsync(good, async (_, say, _) => say(await good.CompletedAsync()));
        await cluster.ReachesAsync(good.Run, RunState.Completed);

        await Eventually.HoldsAsync(() => Task.FromResult(cluster.Troubles.All), all => all.Any(t => t.Subject == $"run {lost.Run}"));
        cluster.Storage.Damage("run", cluster.Run(lost.Run), stored);
        cluster.Workers.Trainings[lost.Run] = async (_, say, _) => say(await lost.CompletedAsync());
        await cluster.ReachesAsync(lost.Run, RunState.Completed);
        await Eventually.HoldsAsync(() => Task.FromResult(cluster.Troubles.All), all => all.All(t => t.Subject != $"run {lost.Run}"));
    }

    [Fact]
    public async Task What_is_away_for_a_while_fails_no_run_however_often_and_its_pauses_grow()
    {
        var script = new TrainingScript(cluster);
        var begun = new List<DateTimeOffset>();
        var run = await StartAsync(script, async (_, say, _) =>
        {
            begun.Add(TimeProvider.System.GetUtcNow());
            say(begun.Count <= 4
                ? ScriptedWorkers.Report(new TrainReport { Failed = new Failure("The blob store is away.", Hint: "Look at the network.", IsPassing: true) })
                : await script.CompletedAsync());
        });

        var waiting = await Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), s => s is { State: RunState.Interrupted, Waits: not null } && begun.Count == 4);
        Assert.Equal(("The blob store is away.", "Look at the network.", 0), (waiting.Cause!.Message, waiting.Cause.Hint, waiting.Crashes));
        Assert.StartsWith("It is begun again at ", waiting.Waits, StringComparison.Ordinal);

        await cluster.ReachesAsync(run, RunState.Completed);
        Assert.Equal(5, begun.Count);
        Assert.All(begun.Zip(begun.Skip(1)).Select((pair, n) => (pair.Second - pair.First, n)), p => Assert.True(p.Item1 >= TimeSpan.FromMilliseconds(195 << p.n), $"{p}"));
    }

    [Fact]
    public async Task What_nobody_foresaw_counts_as_a_lost_worker_and_what_is_away_does_not()
    {
        var script = new TrainingScript(cluster);
        var odd = await StartAsync(script, (_, _, _) => throw new FormatException("a word that nobody knows"));
        var status = await cluster.ReachesAsync(odd, RunState.Failed);
        Assert.Contains("3 times without a new checkpoint", status.Cause!.Message, StringComparison.Ordinal);
        Assert.Contains("a word that nobody knows", status.Cause.Message, StringComparison.Ordinal);

        var (other, tries) = (new TrainingScript(cluster), 0);
        var patient = await StartAsync(other, async (_, say, _) => say(++tries <= 3 ? throw new TimeoutException("no answer") : await other.CompletedAsync()));
        Assert.Equal(0, (await cluster.ReachesAsync(patient, RunState.Completed)).Crashes);
    }

    [Fact]
    public async Task A_cause_that_a_person_must_mend_fails_the_run_at_once()
    {
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, (_, say, _) =>
        {
            say(ScriptedWorkers.Report(new TrainReport { Failed = new Failure("There is no preset 'huge'.", Hint: "Use tiny, small or hermes-r.") }));
            return Task.CompletedTask;
        });

        var status = await cluster.ReachesAsync(run, RunState.Failed);

        Assert.Equal("There is no preset 'huge'.", status.Cause!.Message);
        Assert.Single(cluster.Workers.Orders.OfType<TrainOrder>(), o => o.Run == run);
    }

    [Fact]
    public async Task A_result_that_is_not_in_the_store_is_not_a_completed_run()
    {
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, async (_, say, _) =>
        {
            var completed = (await script.CompletedAsync()).Report!.Completed!;
            say(ScriptedWorkers.Report(new TrainReport { Completed = completed with { Package = completed.Package with { Sha256 = new string('0', 64) } } }));
        });

        Assert.Contains("not in the blob store", (await cluster.ReachesAsync(run, RunState.Failed)).Cause!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_is_acknowledged_at_once_takes_effect_and_can_be_resumed()
    {
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, async (_, say, stop) =>
        {
            say(TrainingScript.Progress(1));
            await Task.Delay(Timeout.Infinite, stop);
        });
        await cluster.ReachesAsync(run, RunState.Running);

        Assert.Equal(RunState.Cancelling, (await cluster.Run(run).CancelAsync("stop")).State);
        await cluster.ReachesAsync(run, RunState.Cancelled);
        Assert.Equal(RunState.Cancelled, (await cluster.Run(run).CancelAsync("again")).State);

        cluster.Workers.Trainings[run] = async (_, say, _) => say(await script.CompletedAsync());
        await cluster.Run(run).ResumeAsync("go on");
        await cluster.ReachesAsync(run, RunState.Completed);
        // A late copy of the first cancel changes nothing.
        Assert.Equal(RunState.Completed, (await cluster.Run(run).CancelAsync("stop")).State);
    }

    [Fact]
    public async Task A_waiting_run_is_cancelled_without_a_device()
    {
        var (first, second) = (new TrainingScript(cluster), new TrainingScript(cluster));
        var release = new TaskCompletionSource();
        var busy = await StartAsync(first, async (_, say, stop) =>
        {
            await release.Task.WaitAsync(stop);
            say(await first.CompletedAsync());
        });
        await cluster.ReachesAsync(busy, RunState.Running);
        var waiting = await StartAsync(second, (_, _, _) => throw new InvalidOperationException("It was cancelled."));

        Assert.Equal(RunState.Queued, (await cluster.Run(waiting).GetAsync()).State);
        Assert.Equal(RunState.Cancelled, (await cluster.Run(waiting).CancelAsync("stop")).State);
        release.SetResult();

        await cluster.ReachesAsync(busy, RunState.Completed);
        await Eventually.ReachesAsync(async () => (await cluster.Scheduler.GetQueueAsync()).Waiting.Any(w => w.Run == waiting), false);
        Assert.DoesNotContain(cluster.Workers.Orders.OfType<TrainOrder>(), o => o.Run == waiting);
    }

    [Fact]
    public async Task A_silo_that_comes_back_voids_its_leases_and_the_run_goes_on()
    {
        var script = new TrainingScript(cluster);
        var run = await StartAsync(script, async (order, say, stop) =>
        {
            if (order.Checkpoints.Count == 0)
            {
                say(await script.CheckpointAsync(1, null));
                await Task.Delay(Timeout.Infinite, stop);
            }

            say(await script.CompletedAsync());
        });
        await Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), s => s.Checkpoints.Count == 1);
        var old = (await cluster.Scheduler.FindLeaseAsync(run))!;

        await cluster.DeclareAsync($"life after {run}");

        var status = await cluster.ReachesAsync(run, RunState.Completed);
        Assert.Equal(0, status.Crashes);
        Assert.False(await cluster.Scheduler.RenewAsync(old));
    }

    [Fact]
    public async Task A_completed_run_publishes_once_however_often_the_event_gets_lost()
    {
        var script = new TrainingScript(cluster);
        FaultyBus.Fail(script.Run, 4);
        var run = await StartAsync(script, async (_, say, _) => say(await script.CompletedAsync()));

        await Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), s => s.ModelVersion == 1);

        await Eventually.HoldsAsync(() => Task.FromResult(FaultyBus.Published.OfType<RunCompleted>().Count(e => e.Run == run)), count => count == 5);
        Assert.Single((await cluster.Grains.GetGrain<IModelGrain>(run).GetAsync()).Versions);
    }

    [Fact]
    public async Task An_actor_that_was_lost_remembers_and_its_event_still_arrives()
    {
        var script = new TrainingScript(cluster);
        FaultyBus.Fail(script.Run, 2);
        var run = await StartAsync(script, async (_, say, _) => say(await script.CompletedAsync()));
        await cluster.ReachesAsync(run, RunState.Completed);

        await cluster.LoseAsync(cluster.Run(run));
        await cluster.Run(run).WakeAsync();

        await Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), s => s.ModelVersion == 1);
    }

    [Fact]
    public async Task A_run_that_was_lost_while_running_asks_the_scheduler_whether_its_lease_lives()
    {
        var script = new TrainingScript(cluster);
        var release = new TaskCompletionSource();
        var run = await StartAsync(script, async (_, say, stop) =>
        {
            await release.Task.WaitAsync(stop);
            say(await script.CompletedAsync());
        });
        await cluster.ReachesAsync(run, RunState.Running);

        await cluster.LoseAsync(cluster.Run(run));

        Assert.Equal(RunState.Running, (await cluster.Run(run).GetAsync()).State);
        release.SetResult();
        await cluster.ReachesAsync(run, RunState.Completed);
        Assert.Single(cluster.Workers.Orders.OfType<TrainOrder>(), o => o.Run == run);
    }

    [Fact]
    public async Task Nothing_to_learn_is_refused_before_a_device_is_taken()
    {
        var missing = await Assert.ThrowsAsync<HermesException>(
            () => cluster.Run(cluster.NewName("run")).StartAsync("a", new RunRequest { Datasets = ["local/nowhere"] }));
        var name = cluster.NewName("set");
        var dataset = await cluster.AddAsync(name, "add", [await cluster.CaseAsync("only", split: Split.Test)]);
        await Eventually.ReachesAsync(async () => (await dataset.GetAsync()).State, DatasetState.Ready);
        var nothing = await Assert.ThrowsAsync<HermesException>(
            () => cluster.Run(cluster.NewName("run")).StartAsync("a", new RunRequest { Datasets = [$"local/{name}"] }));

        Assert.Equal("There is no dataset 'local/nowhere'.", missing.Message);
        Assert.Contains("there is nothing to learn", nothing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_used_is_refused_by_line_and_key_and_the_name_stays_free()
    {
        var dataset = await cluster.ReadyDatasetAsync();
        var script = new TrainingScript(cluster);
        cluster.Workers.Trainings[script.Run] = async (_, say, _) => say(await script.CompletedAsync());
        var typo = new RunRequest { Datasets = [dataset], Model = script.Run, Configuration = "steps: 7\nbase_chan: 8\nbatchsize: 2\n", ConfigurationFile = "my.yaml" };

        var wrongKey = await Assert.ThrowsAsync<HermesException>(() => cluster.Run(script.Run).StartAsync("a", typo));
        var wrongPreset = await Assert.ThrowsAsync<HermesException>(() => cluster.Run(script.Run).StartAsync("b", typo with { Configuration = null, Preset = "huge" }));
        var accepted = await cluster.Run(script.Run).StartAsync("c", typo with { Configuration = "steps: 7\nbase_chan: 8\n" });

        Assert.Equal(("my.yaml, line 3: batchsize: unknown key.", "my.yaml"), (wrongKey.Message, wrongKey.File));
        Assert.Equal("Unknown preset 'huge': there are tiny, small, small-m, hermes-r, hermes-m.", wrongPreset.Message);
        Assert.Equal(7, accepted.StepsTotal);
        await cluster.ReachesAsync(script.Run, RunState.Completed);
        Assert.Contains("\"baseWidth\":8", cluster.Workers.Orders.OfType<TrainOrder>().Single(o => o.Run == script.Run).Configuration, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watcher_follows_a_run_until_its_version_is_published()
    {
        var script = new TrainingScript(cluster);
        var release = new TaskCompletionSource();
        var run = await StartAsync(script, async (_, say, stop) =>
        {
            await release.Task.WaitAsync(stop);
            say(TrainingScript.Progress(4));
            say(await script.CompletedAsync());
        });
        var states = new List<string>();

        await foreach (var happened in cluster.Run(run).WatchAsync(0).WithBatchSize(1))
        {
            states.Add(happened.State);
            if (happened.State == "RUNNING")
            {
                release.TrySetResult();
            }
        }

        Assert.Equal(["QUEUED", "RUNNING", "COMPLETED"], states.Distinct());
        Assert.Equal(1, (await cluster.Run(run).GetAsync()).ModelVersion);
    }

    [Fact]
    public async Task A_run_asks_the_queue_for_what_its_request_says_and_tells_why_it_waits()
    {
        var release = new TaskCompletionSource();
        var busy = new TrainingScript(cluster);
        var first = await StartAsync(busy, async (_, say, stop) =>
        {
            await release.Task.WaitAsync(stop);
            say(await busy.CompletedAsync());
        });
        await cluster.ReachesAsync(first, RunState.Running);
        var dataset = await cluster.ReadyDatasetAsync();
        var script = new TrainingScript(cluster);
        cluster.Workers.Trainings[script.Run] = async (_, say, _) => say(await script.CompletedAsync());
        var request = new RunRequest { Datasets = [dataset], Model = script.Run, Preset = "tiny", Steps = 4, Priority = RunPriority.High, DeviceKind = DeviceKinds.Cpu };

        var started = await cluster.Run(script.Run).StartAsync("start", request);

        Assert.StartsWith($"Waits for a device: {cluster.Device} is busy with run {first} since ", started.Waits, StringComparison.Ordinal);
        var waiting = Assert.Single((await cluster.Scheduler.GetQueueAsync()).Waiting);
        Assert.Equal((RunPriority.High, DeviceKinds.Cpu, Names.DefaultSite), (waiting.Demand.Priority, waiting.Demand.DeviceKind, waiting.Demand.Site));
        Assert.Equal(4, waiting.Demand.Memory!.BatchSize);
        await cluster.Scheduler.HoldAsync(script.Run, "anna");
        var held = await cluster.Run(script.Run).GetAsync();
        Assert.Equal((RunState.Queued, true), (held.State, held.Waits!.StartsWith("Held by anna since ", StringComparison.Ordinal)));

        release.SetResult();
        await cluster.ReachesAsync(first, RunState.Completed);
        await cluster.Scheduler.EndHoldAsync(script.Run);
        Assert.Null((await cluster.ReachesAsync(script.Run, RunState.Completed)).Waits);
    }

    [Fact]
    public async Task A_run_whose_batch_has_no_room_on_a_device_learns_it_in_parts_and_says_so()
    {
        var own = new HermesCluster { Memory = 14L << 30 };
        await own.InitializeAsync();
        try
        {
            var script = new TrainingScript(own);
            own.Workers.Trainings[script.Run] = async (_, say, _) => say(await script.CompletedAsync());

            var whole = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "config", "universal", "hermes_resunet_3d.yaml"));
            var configuration = string.Join('\n', whole.Split('\n').Where(line => !line.StartsWith("micro_batch", StringComparison.Ordinal)));

            var started = await own.Run(script.Run).StartAsync(
                "start", new RunRequest { Datasets = [await own.ReadyDatasetAsync()], Model = script.Run, Configuration = configuration, ConfigurationFile = "own.yaml" });
            await own.ReachesAsync(script.Run, RunState.Completed);

            var order = own.Workers.Orders.OfType<TrainOrder>().Single(o => o.Run == script.Run);
            Assert.Equal(1, TrainingConfiguration.FromJson(order.Configuration!).MicroBatch);
            var told = new List<ProgressEvent>();
            await foreach (var happened in own.Run(script.Run).WatchAsync(0))
            {
                told.Add(happened);
            }

            Assert.StartsWith("The 16 samples of a step are learned 1 at a time: together they have no room. It needs about ", started.Note, StringComparison.Ordinal);
            Assert.Contains(told, e => e.Message == started.Note);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_kind_of_device_or_a_site_that_cannot_be_is_refused()
    {
        var kind = await Assert.ThrowsAsync<HermesException>(() => cluster.Run(cluster.NewName("run")).StartAsync("a", new RunRequest { DeviceKind = "tpu" }));
        var site = await Assert.ThrowsAsync<HermesException>(() => cluster.Run(cluster.NewName("run")).StartAsync("a", new RunRequest { Site = "north/1" }));

        Assert.Equal("There are no devices of kind 'tpu'; there are cpu and cuda.", kind.Message);
        Assert.Equal("'north/1' cannot be the name of a site.", site.Message);
    }

    private async Task<string> StartAsync(TrainingScript script, ScriptedWorkers.Script<TrainOrder> training, string? dataset = null)
    {
        cluster.Workers.Trainings[script.Run] = training;
        await cluster.Run(script.Run).StartAsync(
            "start", new RunRequest { Datasets = [dataset ?? await cluster.ReadyDatasetAsync()], Model = script.Run, Preset = "tiny", Steps = 4 });
        return script.Run;
    }
}
