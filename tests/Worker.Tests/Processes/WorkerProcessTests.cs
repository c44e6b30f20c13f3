using System.Diagnostics;
using System.Text.Json;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Hermes.Imaging.Configuration;

namespace Hermes.Worker.Tests.Processes;

/// <summary>The worker as a silo, or a person with an order in a file, meets it.</summary>
public sealed class WorkerProcessTests : IDisposable
{
    private readonly WorkerData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task It_says_hello_refuses_what_is_no_order_by_a_sentence_and_goes_on_until_its_input_ends()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);

        var hello = (await worker.ReadAsync()).Hello!;
        Assert.Equal((worker.Id, "cpu", 1), (hello.ProcessId, hello.Device!.Name, hello.Device.Threads));

        foreach (var line in (string[])["{", "[]", """{"execute":{"kind":"dance","orderId":"x"}}""", """{"execute":{"orderId":"x"}}""", """{"execute":{"kind":"ingest"}}"""])
        {
            await worker.SendAsync(line);
            Assert.StartsWith("A command is not valid JSON of a known kind: ", (await worker.ReadAsync()).Failed!.Message, StringComparison.Ordinal);
        }

        await worker.SendAsync("{}");
        Assert.Equal("A command says neither what to execute nor what to cancel.", (await worker.ReadAsync()).Failed!.Message);
        await worker.SendAsync("");
        await worker.SendAsync(new WorkerCommand { Cancel = "never heard of" });

        Assert.NotNull((await worker.AnswerAsync(await _data.IngestAsync("good", Scans.Image(1), Scans.Label()))).Ingested);
        worker.EndInput();
        Assert.Equal(0, await worker.WaitAsync());
    }

    [SkippableFact]
    public async Task One_with_tcmalloc_says_so_and_learns_the_same_bits()
    {
        var tcmalloc = WorkerAllocator.Find(WorkerAllocator.Auto);
        Requirement.Met("tcmalloc", tcmalloc is not null, $"There is no tcmalloc ({WorkerAllocator.Package}).");
        await using var usual = WorkerProcess.Serve(_data.Directory);
        await using var other = WorkerProcess.ServeWith("LD_PRELOAD", tcmalloc!, _data.Directory);

        Assert.Null((await usual.ReadAsync()).Hello!.Device!.Allocator);

        // The file itself, not the link to it.
        Assert.StartsWith(Path.GetFileName(tcmalloc), Path.GetFileName((await other.ReadAsync()).Hello!.Device!.Allocator), StringComparison.Ordinal);
        var order = await _data.TrainAsync("run", 4, await TwoCasesAsync(usual));
        var learned = (await usual.AnswerAsync(order)).Report!.Completed!.Package;
        Assert.Equal(learned, (await other.AnswerAsync(order)).Report!.Completed!.Package);
    }

    [Fact]
    public async Task One_that_only_looks_into_cases_never_loads_libtorch()
    {
        await using var worker = WorkerProcess.Beside(_data.Directory);
        Assert.Equal(new WorkerHello(worker.Id, null), (await worker.ReadAsync()).Hello);

        Assert.NotNull((await worker.AnswerAsync(await _data.IngestAsync("good", Scans.Image(1), Scans.Label()))).Ingested);
        Assert.DoesNotContain("libtorch", await File.ReadAllTextAsync($"/proc/{worker.Id}/maps"), StringComparison.OrdinalIgnoreCase);

        var answer = await worker.AnswerAsync(await _data.SegmentAsync("question", Scans.Image(1), new BlobRef("local", new string('0', 64), 1, MediaTypes.Safetensors)));
        Assert.Equal("This worker has no device: it was started with --without-device.", answer.Failed!.Message);
    }

    [Fact]
    public async Task A_case_is_measured_and_a_wrong_one_refused_by_the_name_its_user_knows()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);

        var facts = (await worker.AnswerAsync(await _data.IngestAsync("good", Scans.Image(1), Scans.Label()))).Ingested!;
        Assert.Equal([24, 24, 24], facts.Size);
        Assert.Equal([2, 2, 2], facts.SpacingMm);
        Assert.Equal("RAS", facts.Orientation);
        Assert.Equal(512 * 0.008, facts.LabelVolumesMl[1], 6);
        Assert.Empty(facts.Warnings);

        await RefusesAsync("label", Scans.Image(1), Scans.Label(9), "/labels/label.nii", "found label 9 in 512 voxels");
        var both = await worker.AnswerAsync(await _data.IngestAsync("both", Scans.Image(1)[..9000], Scans.Label(9)));
        Assert.Equal("/scans/both.nii", both.Failed!.File);
        Assert.Equal("/labels/both.nii", Assert.Single(both.FailedToo).File);
        await RefusesAsync("space", Scans.Image(1), Scans.Label(originMm: 7), "/labels/space.nii", "7 mm apart");
        await RefusesAsync("short", Scans.Image(1)[..9000], null, "/scans/short.nii", "found 9000 bytes, expected 28000 bytes");
        await RefusesAsync("letter", "Dear colleague"u8.ToArray(), null, "/scans/letter.nii", "expected a NIfTI-1");
        await RefusesAsync("large", Scans.Header(30_000, 30_000, 30_000), null, "/scans/large.nii", "expected at most 536870912 voxels");
        await RefusesAsync("flat", [.. Scans.Header(24, 24, 24), .. new byte[2 * 24 * 24 * 24]], null, "/scans/flat.nii", "found the same intensity (0) in every voxel");

        async Task RefusesAsync(string id, byte[] image, byte[]? label, string file, string sentence)
        {
            var failed = (await worker.AnswerAsync(await _data.IngestAsync(id, image, label))).Failed!;
            Assert.StartsWith(file, failed.Message, StringComparison.Ordinal);
            Assert.Contains(sentence, failed.Message, StringComparison.Ordinal);
            Assert.Equal(file, failed.File);
        }
    }

    [Fact]
    public async Task A_scan_that_cannot_be_read_is_told_to_everybody_by_the_name_they_know()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        var order = await _data.SegmentAsync("letter", "Dear colleague"u8.ToArray(), new BlobRef("local", new string('0', 64), 1, MediaTypes.Safetensors));

        var answers = (await worker.AnswerAsync(order with { Requests = [order.Requests[0], order.Requests[0] with { ImageFile = "/theirs/scan.nii" }] })).Segmented!;

        Assert.Equal(["/scans/letter.nii", "/theirs/scan.nii"], answers.Select(a => a.Failed!.File));
        Assert.All(answers, a => Assert.StartsWith($"{a.Failed!.File}: found", a.Failed.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_it_trains_it_segments_between_two_steps_and_a_cancel_ends_it_at_the_next_step()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        var facts = await TwoCasesAsync(worker);
        var package = (await worker.AnswerAsync(await _data.TrainAsync("first", 1, facts))).Report!.Completed!.Package;

        await worker.ExecuteAsync(await _data.TrainAsync("second", 500, facts));
        await worker.ReadAsync(m => m is { OrderId: "second", Report: { Phase: "train", Done: >= 1 } });
        var segmented = (await worker.AnswerAsync(await _data.SegmentAsync("scan", Scans.Image(3), package))).Segmented![0].Result!;
        Assert.True(segmented.GeometryChecked);
        var goneOn = await worker.ReadAsync(m => m is { OrderId: "second", Report: { Phase: "train", Done: >= 2 } });
        Assert.Null(goneOn.Report!.Completed);

        var clock = Stopwatch.StartNew();
        await worker.SendAsync(new WorkerCommand { Cancel = "second" });
        await worker.ReadAsync(m => m is { OrderId: "second", Report.Checkpoint: not null });
        var end = await worker.ReadAsync(m => m is { OrderId: "second", IsEnd: true });
        Assert.True(end.Report!.Cancelled);

        // A step and a checkpoint take less than one second; a machine busy with other tests gets more.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 6);
    }

    [Fact]
    public async Task An_order_to_learn_from_a_test_case_is_refused()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        var order = await _data.WithTestCaseAsync(await _data.TrainAsync("leak", 1, await TwoCasesAsync(worker)));

        var answer = await worker.AnswerAsync(order);

        Assert.Equal("The order names the case 'c1' of 'boxes', which is a test case: nothing may learn from it.", answer.Report!.Failed!.Message);
    }

    [Fact]
    public async Task While_the_store_is_away_a_checkpoint_waits_for_it_and_a_run_that_cannot_begin_says_that_this_passes()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        var facts = await TwoCasesAsync(worker);
        var first = await _data.TrainAsync("first", 60, facts);
        var second = await _data.TrainAsync("second", 1, facts);
        var look = await _data.IngestAsync("look", Scans.Image(5));

        await worker.ExecuteAsync(first);
        await worker.ReadAsync(m => m.Report is { Phase: "train", Done: 1 });
        _data.TakeStore();
        var told = await worker.ReadAsync(m => m.Report?.Message is not null || m.IsEnd);
        Assert.Matches("^Step [0-9]+ is saved as soon as that is possible. The folder ", told.Report!.Message);
        _data.BringStore();
        Assert.NotNull((await worker.ReadAsync(m => m.IsEnd)).Report!.Completed);

        _data.TakeStore();
        Assert.True((await worker.AnswerAsync(second)).Report!.Failed!.IsPassing);
        Assert.True((await worker.AnswerAsync(look)).Failed!.IsPassing);
    }

    [Fact]
    public async Task It_learns_a_branch_and_answers_old_groups_as_before_while_it_serves_the_new_one()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        var facts = await TwoCasesAsync(worker);
        var trunk = (await worker.AnswerAsync(await _data.TrainAsync("trunk", 12, facts))).Report!.Completed!.Package;
        var old = await _data.SegmentAsync("before", Scans.Image(3), trunk);
        var before = (await worker.AnswerAsync(old)).Segmented![0].Result!.LabelMap;

        var each = old.Requests[0] with { Image = facts[0].Image, Reference = facts[0].Label, ReferenceLabels = [new PromptLabel(1, "boxes/box"), new PromptLabel(1, "crates/crate")], AgainstEach = true };
        var compared = (await worker.AnswerAsync(old with { OrderId = "each", Requests = [each] })).Segmented![0].Result!;
        Assert.Equal(["boxes/box", "crates/crate"], compared.Overlaps.Select(o => o.Reference));
        Assert.All(compared.Overlaps, o => Assert.Equal(compared.Tasks[0].Agreement!.Dice!.Value, o.Dice, 9));

        var learned = (await worker.AnswerAsync(await _data.BranchAsync("branch", trunk, 8, facts))).Report!.CompletedBranch!;
        var answer = (await worker.AnswerAsync(WorkerData.ToBranch(old, "new", learned.Package))).Segmented![0].Result!;
        var after = (await worker.AnswerAsync(old with { OrderId = "after", Requests = [old.Requests[0] with { Probe = "after" }] })).Segmented![0].Result!.LabelMap;
        // The queue counts with what an order says of the trunk's configuration; the worker goes by the trunk itself, but for how many samples have room at once.
        var misread = await _data.BranchAsync("again", trunk, 8, facts) with { Configuration = TrainingConfiguration.Preset("tiny").WithSteps(3).ToJson() };
        var again = (await worker.AnswerAsync(misread)).Report!.CompletedBranch!;
        var fitted = await _data.BranchAsync("parts", trunk, 8, facts) with { Configuration = TrainingConfiguration.Preset("tiny").WithBatch(batchSize: null, microBatch: 1).ToJson() };
        var inParts = (await worker.AnswerAsync(fitted)).Report!.CompletedBranch!;
        var wrong = (await worker.AnswerAsync(old with { OrderId = "wrong", Requests = [old.Requests[0] with { Branch = learned.Package }] })).Segmented![0].Result!.LabelMap;

        var crates = WorkerData.ToBranch(old, "new", learned.Package).Requests[0];
        var unknown = old.Requests[0] with { Prompt = old.Requests[0].Prompt with { Tasks = ["boxes/lid"], Wanted = [new PromptLabel(1, "boxes/lid")] } };
        var together = (await worker.AnswerAsync(old with { OrderId = "together", Requests = [old.Requests[0], unknown, crates] })).Segmented!;

        Assert.Equal((before, answer.LabelMap), (together[0].Result!.LabelMap, together[2].Result!.LabelMap));
        Assert.Contains("'boxes/lid'", together[1].Failed!.Message, StringComparison.Ordinal);
        Assert.Equal((trunk.Sha256, "crates", "crates/crate"), (learned.Trunk, learned.Group.Name, Assert.Single(learned.Tasks)));
        Assert.Equal("crates", answer.PromptGroup);
        Assert.Equal(before, after);
        Assert.NotEqual(before, wrong);
        Assert.Equal(learned.Package, again.Package);

        // Sums that are taken in another order.
        Assert.NotEqual(learned.Package, inParts.Package);

        var stranger = (await worker.AnswerAsync(await _data.TrainAsync("stranger", 1, facts))).Report!.Completed!.Package;
        var refused = await worker.AnswerAsync(WorkerData.ToBranch(old with { Requests = [old.Requests[0] with { Package = stranger }] }, "strange", learned.Package));
        Assert.Contains($"belongs to the trunk {trunk.Sha256}", refused.Segmented![0].Failed!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_priors_of_a_version_are_compared_by_a_worker_without_a_device_and_the_map_says_what_moved()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        await using var beside = WorkerProcess.Beside(_data.Directory);
        var facts = await TwoCasesAsync(worker);
        var trunk = (await worker.AnswerAsync(await _data.TrainAsync("trunk", 1, facts, facts))).Report!.Completed!;
        var learning = await _data.BranchAsync("branch", trunk.Package, 1, facts, facts);
        learning = learning with { Datasets = [learning.Datasets[0] with { Labels = [new LabelEntry(1, "box", "crates/box")] }] };
        var branch = (await worker.AnswerAsync(learning)).Report!.CompletedBranch!;
        Assert.Null((await worker.AnswerAsync(await _data.TrainAsync("unvalidated", 1, facts))).Report!.Completed!.Posterior);
        var dice = new TaskDice(0.5, 2, Split.Validation, "trunk", null);
        var first = new PriorMapOrder { OrderId = "first", Model = "universal", Version = new PriorFiles(1, trunk.Package, []) { Posteriors = [trunk.Posterior!] }, Groups = trunk.PromptGroups };
        var parent = (await beside.AnswerAsync(first)).PriorMap!;
        var order = first with
        {
            OrderId = "second",
            Version = new PriorFiles(2, trunk.Package, [branch.Package]) { Posteriors = [trunk.Posterior!, branch.Posterior!] },
            Groups = [.. trunk.PromptGroups, branch.Group],
            Parent = first.Version,
            ParentMap = parent,
            Sources = new Dictionary<string, PinnedDataset> { ["crates"] = new("local/crates", 2) },
            Drawn = new Dictionary<string, string> { ["crates/box"] = "grow-crates" },
            Dice = new Dictionary<string, TaskDice> { ["boxes/box"] = dice },
        };

        var map = await _data.ReadAsync<PriorMap>((await beside.AnswerAsync(order)).PriorMap!);

        Assert.Equal(
            [
                new PriorTask("boxes/box", "boxes", "ct") { Value = 1, Dice = dice },
                new PriorTask("crates/box", "crates", "ct") { Value = 1, Source = new PinnedDataset("local/crates", 2) },
            ],
            map.Tasks);
        Assert.Equal((2, 1), (map.Version, map.Parent));
        Assert.Equal(["stage 1", "stage 2", "stage 3", "stage 4", "stage 5", PriorMap.Combined], map.Views.Select(v => v.Name));
        Assert.All(map.Views, view => Assert.Equal((16, 1), (view.Similarity.Length, view.Merges.Count)));
        Assert.Equal(2, map.Places.Count);
        var still = Assert.Single(map.Moved);
        Assert.Equal(("boxes/box", 0), (still.Name, still.Combined));
        Assert.Equal([new PriorTwin("crates/box", "grow-crates", "boxes/box", 1, 1, 1)], map.Twins);
        var posterior = map.Posterior!;
        Assert.Equal(map.Twins, posterior.Twins);
        Assert.Equal(map.Tasks, posterior.Tasks);
        Assert.Equal(map.Views.Select(v => v.Name), posterior.Views.Select(v => v.Name));
        Assert.Empty(posterior.Views.Select(v => v.Similarity).Intersect(map.Views.Select(v => v.Similarity)));
        Assert.Equal((true, null, 0), (posterior.IsPosterior, posterior.Posterior, Assert.Single(posterior.Moved).Combined));
        var without = await beside.AnswerAsync(order with { OrderId = "without", Version = order.Version with { Posteriors = [branch.Posterior!] } });
        Assert.Equal(["crates/box"], (await _data.ReadAsync<PriorMap>(without.PriorMap!)).Posterior!.Tasks.Select(t => t.Task));
        var older = await beside.AnswerAsync(order with { OrderId = "older", Version = order.Version with { Posteriors = [] } });
        Assert.Null((await _data.ReadAsync<PriorMap>(older.PriorMap!)).Posterior);
        Assert.Equal(parent, (await beside.AnswerAsync(first with { OrderId = "again" })).PriorMap);

        var cut = await beside.AnswerAsync(order with { OrderId = "cut", Version = order.Version with { Branches = [_data.Cut(branch.Package)] } });
        Assert.Contains(branch.Package.Sha256, cut.Failed!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_what_it_is_at_and_answers_a_cancelled_order_that_waits_without_ending_the_one_it_is_at()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        var facts = await TwoCasesAsync(worker);
        var package = (await worker.AnswerAsync(await _data.TrainAsync("first", 1, facts))).Report!.Completed!.Package;

        await worker.ExecuteAsync(await _data.TrainAsync("second", 500, facts));
        await worker.ReadAsync(m => m is { OrderId: "second", Pulse.Phase: "train" });
        await worker.ExecuteAsync(await _data.SegmentAsync("scan", Scans.Image(3), package));
        await worker.ReadAsync(m => m is { OrderId: "scan", Pulse: not null });
        await worker.ReadAsync(m => m is { OrderId: "scan", Segmented: not null });
        await worker.ReadAsync(m => m is { OrderId: "second", Pulse: not null });

        await worker.ExecuteAsync(await _data.TrainAsync("third", 500, facts));
        await worker.SendAsync(new WorkerCommand { Cancel = "third" });
        Assert.True((await worker.ReadAsync(m => m.OrderId == "third")).Report!.Cancelled);
        var goneOn = await worker.ReadAsync(m => m is { OrderId: "second", Report: not null });
        Assert.Equal(("train", false), (goneOn.Report!.Phase, goneOn.IsEnd));
    }

    [Fact]
    public async Task It_segments_between_two_windows_of_a_validation()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        var facts = await TwoCasesAsync(worker);
        var package = (await worker.AnswerAsync(await _data.TrainAsync("first", 1, facts))).Report!.Completed!.Package;
        var many = Enumerable.Repeat(facts[0], 20).ToList();

        await worker.ExecuteAsync(await _data.TrainAsync("second", 1, facts, many));
        await worker.ReadAsync(m => m is { OrderId: "second", Report: { Phase: "validate", Done: 1 } });
        await worker.ExecuteAsync(await _data.SegmentAsync("scan", Scans.Image(3), package));
        Assert.NotNull((await worker.ReadAsync(m => m is { OrderId: "scan", IsEnd: true })).Segmented);

        var goneOn = await worker.ReadAsync(m => m is { OrderId: "second", Report: not null });
        Assert.Equal("validate", goneOn.Report!.Phase);
        var checkpoint = (await worker.ReadAsync(m => m is { OrderId: "second", Report.Checkpoint: not null })).Report!.Checkpoint!;
        Assert.Equal(many.Count, Assert.Single(checkpoint.Tasks!).Cases);
        Assert.NotNull((await worker.ReadAsync(m => m is { OrderId: "second", IsEnd: true })).Report!.Completed!.Score);
    }

    [Fact]
    public async Task A_validation_that_was_cut_off_is_made_up_for_and_the_model_is_that_of_an_undisturbed_run()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        var facts = await TwoCasesAsync(worker);
        var order = await _data.TrainAsync("run", 1, facts, [.. Enumerable.Repeat(facts[0], 60)]);
        var undisturbed = (await worker.AnswerAsync(order)).Report!.Completed!;

        await worker.ExecuteAsync(order with { OrderId = "cut" });
        await worker.ReadAsync(m => m is { OrderId: "cut", Report: { Phase: "validate", Done: 1 } });
        await worker.SendAsync(new WorkerCommand { Cancel = "cut" });
        var left = (await worker.ReadAsync(m => m.Report?.Checkpoint is not null)).Report!.Checkpoint!;
        await worker.ReadAsync(m => m is { OrderId: "cut", IsEnd: true });
        Assert.Equal((1, null), (left.Step, left.Score));

        await worker.ExecuteAsync(order with { OrderId = "on", Checkpoints = [left] });
        var scored = (await worker.ReadAsync(m => m.Report?.Checkpoint is not null)).Report!.Checkpoint!;
        var completed = (await worker.ReadAsync(m => m is { OrderId: "on", IsEnd: true })).Report!.Completed!;
        Assert.NotNull(undisturbed.Score);
        Assert.Equal((1, undisturbed.Score), (scored.Step, scored.Score));
        Assert.Equal((undisturbed.Package, undisturbed.Score, undisturbed.Posterior), (completed.Package, completed.Score, completed.Posterior));
        Assert.Equal(scored.Posterior, Assert.IsType<BlobRef>(completed.Posterior));
    }

    [Fact]
    public async Task A_damaged_checkpoint_costs_the_steps_after_the_one_before_and_no_readable_one_is_said()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        var facts = await TwoCasesAsync(worker);
        var order = await _data.TrainAsync("run", 500, facts);
        var good = await worker.CheckpointAsync(order, afterStep: 1);
        var last = await worker.CheckpointAsync(order with { OrderId = "on", Checkpoints = [good] }, good.Step + 1);
        _data.Cut(last.Blob);

        await worker.ExecuteAsync(order with { OrderId = "again", Checkpoints = [good, last] });
        var note = (await worker.ReadAsync(m => m.Report?.Message is not null)).Report!.Message!;
        Assert.StartsWith($"The checkpoint at step {last.Step} cannot be read, so the run went on from the one at step {good.Step}.", note, StringComparison.Ordinal);
        var goneOn = await worker.ReadAsync(m => m.Report is { Phase: "train", Metrics: not null });
        Assert.Equal(good.Step + 1, goneOn.Report!.Done);
        await worker.SendAsync(new WorkerCommand { Cancel = "again" });
        Assert.True((await worker.ReadAsync(m => m.IsEnd)).Report!.Cancelled);

        _data.Cut(good.Blob);
        var pageless = order.Datasets[0] with { CasePages = [order.Datasets[0].CasePages[0] with { Sha256 = new string('0', 64) }] };
        var unread = (await worker.AnswerAsync(order with { OrderId = "pageless", Datasets = [pageless] })).Report!.Failed!;
        Assert.StartsWith("The list of the cases of 'boxes' cannot be read: ", unread.Message, StringComparison.Ordinal);

        var failed = (await worker.AnswerAsync(order with { OrderId = "lost", Checkpoints = [good] })).Report!.Failed!;
        Assert.StartsWith($"None of the 1 checkpoints of this run can be read; the newest, at step {good.Step}: ", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("add the data", failed.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_goes_on_with_other_threads_says_that_its_bits_may_differ()
    {
        TrainOrder order;
        CheckpointHead left;
        await using (var before = WorkerProcess.Serve(_data.Directory))
        {
            order = await _data.TrainAsync("run", 500, await TwoCasesAsync(before));
            left = await before.CheckpointAsync(order, afterStep: 1);
        }

        await using var worker = WorkerProcess.Serve(_data.Directory, threads: 2);
        await worker.ExecuteAsync(order with { OrderId = "on", Checkpoints = [left] });

        var note = (await worker.ReadAsync(m => m.Report?.Message is not null)).Report!.Message!;
        Assert.StartsWith($"The checkpoint at step {left.Step} was computed with 1 threads, ", note, StringComparison.Ordinal);
        Assert.EndsWith("the bits may differ from those of an undisturbed run.", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancel_whose_progress_cannot_be_stored_is_a_cancel_that_says_so()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        await worker.ExecuteAsync(await _data.TrainAsync("run", 500, await TwoCasesAsync(worker)));
        await worker.ReadAsync(m => m is { Report: { Phase: "train", Done: >= 1 } });
        Directory.Delete(Path.Combine(_data.Directory, "blobs", "incoming"));

        await worker.SendAsync(new WorkerCommand { Cancel = "run" });

        var end = (await worker.ReadAsync(m => m.IsEnd)).Report!;
        Assert.True(end.Cancelled);
        Assert.StartsWith("What was learned since the beginning could not be saved. ", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_its_input_ends_it_in_the_middle_of_a_step()
    {
        await using var worker = WorkerProcess.Serve(_data.Directory);
        await worker.ExecuteAsync(await _data.TrainAsync("run", 500, await TwoCasesAsync(worker)));
        await worker.ReadAsync(m => m is { Report: { Phase: "train", Done: >= 1 } });

        worker.EndInput();

        Assert.Equal(137, await worker.WaitAsync());
    }

    [Fact]
    public async Task A_command_that_a_program_started_ends_with_it()
    {
        // A list that never comes.
        var pipe = _data.At("pipe");
        using (var make = Process.Start("mkfifo", [pipe]))
        {
            Assert.Equal(0, await make.EndAsync());
        }

        var (exitCode, messages, errors) = await WorkerProcess.RunAsync("check", pipe, "--exit-with-parent");

        Assert.Equal((137, ""), (exitCode, errors));
        Assert.Empty(messages);
    }

    [Fact]
    public async Task An_order_in_a_file_is_replayed_by_hand()
    {
        var good = await WriteAsync("good.json", await _data.IngestAsync("good", Scans.Image(1), Scans.Label()));
        var bad = await WriteAsync("bad.json", await _data.IngestAsync("bad", Scans.Image(1), Scans.Label(9)));
        var none = _data.At("none.json");
        await File.WriteAllTextAsync(none, """{"kind":"dance"}""");

        var replayed = await WorkerProcess.RunAsync("run", good, "--data-dir", _data.Directory, "--threads", "1");
        var refused = await WorkerProcess.RunAsync("run", bad, "--data-dir", _data.Directory, "--threads", "1");
        var unread = await WorkerProcess.RunAsync("run", none, "--data-dir", _data.Directory);

        Assert.Equal(0, replayed.ExitCode);
        Assert.NotNull(Assert.Single(replayed.Messages).Ingested);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("found label 9", Assert.Single(refused.Messages).Failed!.Message, StringComparison.Ordinal);
        Assert.Equal(1, unread.ExitCode);
        Assert.StartsWith($"{none} is not a work order: ", unread.Errors, StringComparison.Ordinal);
    }

    private async Task<CaseFacts[]> TwoCasesAsync(WorkerProcess worker) =>
    [
        (await worker.AnswerAsync(await _data.IngestAsync("a", Scans.Image(1), Scans.Label()))).Ingested!,
        (await worker.AnswerAsync(await _data.IngestAsync("b", Scans.Image(2), Scans.Label()))).Ingested!,
    ];

    private async Task<string> WriteAsync(string name, WorkOrder order)
    {
        var path = _data.At(name);
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(order, WorkOrderJson.Options));
        return path;
    }
}
