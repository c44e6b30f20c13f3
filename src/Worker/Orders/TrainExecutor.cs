using System.Net.Sockets;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using Hermes.Model.Training;
using Hermes.Worker.Protocol;
using Hermes.Worker.Sharing;

namespace Hermes.Worker.Orders;

/// <summary>Trains one network: prepares the cases, goes on from the checkpoint if there is one, publishes the package.</summary>
internal sealed class TrainExecutor(
    WorkerBlobs blobs, PreparedCaseCache cases, TorchRuntimeState runtime, string dataDirectory, TimeSpan checkpointEvery, MessageWriter messages, Pulse pulse,
    TimeProvider time)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(5);

    // Well before it is held to be hung.
    private static readonly TimeSpan StorePatience = WorkPhase.Store.Limit / 2;

    /// <summary>Executes an order; the report that ends it is returned, those before it are sent.</summary>
    /// <param name="order">What to train.</param>
    /// <param name="pause">Called between steps, cases and windows: whatever must not wait for the end of the run.</param>
    /// <param name="cancellationToken">Takes effect at the next case or step; what was learned is saved first.</param>
    public TrainReport Execute(TrainOrder order, Action pause, CancellationToken cancellationToken)
    {
        if (order.Place is { Place: > 0 } place)
        {
            return Help(order, place, pause, cancellationToken);
        }

        pulse.At(WorkPhase.Load);
        using var trunk = Trunk(order);
        var configuration = Configuration(order, trunk);
        Report(order, new TrainReport { Phase = Phases.Train, Done = order.Checkpoints is [.., var last] ? last.Step : 0, Total = configuration.Steps });

        var opened = new List<PreparedCaseFile>();
        try
        {
            var datasets = Prepare(order, configuration.Plan(), opened, pause, cancellationToken);
            pulse.At(WorkPhase.Load);
            var resumed = Resume(order, configuration, datasets, trunk);
            using var trainer = resumed.Trainer;
            using var helpers = OpenToHelpers(order, trainer, cancellationToken);
            var journal = new RunJournal(
                resumed.From,
                order.Checkpoints.Where(c => c.Step <= resumed.From?.Step).Best(),
                trainer,
                blobs,
                checkpointEvery,
                new CardMemory(runtime.Device.ToString(), GraphicsCard.UsedAsync, time),
                report => Report(order, report),
                time);
            try
            {
                trainer.Train(
                    new TrainingHooks
                    {
                        Stepped = step =>
                        {
                            journal.Stepped(step);
                            helpers?.Stepped(step);
                        },
                        Validating = journal.Validating,
                        Validated = journal.Validated,
                        BetweenWindows = () =>
                        {
                            pulse.At(WorkPhase.Validate);
                            pause();
                        },
                        BetweenSteps = at =>
                        {
                            pause();
                            if (journal.IsToSave)
                            {
                                Save(order, at.Steps, journal, cancellationToken);
                            }

                            helpers?.Look();
                            pulse.At(WorkPhase.Train);
                            return true;
                        },
                    },
                    cancellationToken);
            }
            catch (OperationCanceledException)
            {
                pulse.At(WorkPhase.Store);
                return new TrainReport { Cancelled = true, Message = SaveIfPossible(journal) };
            }

            pulse.At(WorkPhase.Store);
            return OfBest(order, journal, (head, checkpoint) => order.Branch is null
                ? new TrainReport { Phase = Phases.Publish, Completed = Publish(trainer, head, checkpoint) }
                : new TrainReport { Phase = Phases.Publish, CompletedBranch = PublishBranch(order.Branch, trainer, head, checkpoint) });
        }
        finally
        {
            opened.ForEach(file => file.Dispose());
        }
    }

    // Another device takes the steps of this order; this one learns shares of its batches.
    private TrainReport Help(TrainOrder order, DevicePlace place, Action pause, CancellationToken cancellationToken)
    {
        var opened = new List<PreparedCaseFile>();
        try
        {
            // What the first one has prepared need not be prepared again.
            using var first = FirstDevice.Find(dataDirectory, place.Meeting, place.Place, Wait);
            try
            {
                pulse.At(WorkPhase.Load);
                using var trunk = Trunk(order);
                var configuration = Configuration(order, trunk);
                var datasets = Prepare(order, configuration.Plan(), opened, pause, cancellationToken);
                using var trainer = Begin(order, configuration, datasets, trunk);
                first.Help(trainer, () => pulse.At(WorkPhase.Train));
            }
            catch (Exception error)
            {
                first.Fail(error is OperationCanceledException ? "its silo asked it to stop" : FailureOf.Exception(error).Message);
                throw;
            }
        }
        finally
        {
            opened.ForEach(file => file.Dispose());
        }

        return new TrainReport { Cancelled = true, Message = "The first device of the run needs no more help." };

        void Wait()
        {
            cancellationToken.ThrowIfCancellationRequested();
            pause();
            pulse.At(WorkPhase.Train);
        }
    }

    private HelperDevices? OpenToHelpers(TrainOrder order, Trainer trainer, CancellationToken cancellationToken)
    {
        if (order.Place is not { Devices: > 1 } place)
        {
            return null;
        }

        try
        {
            var helpers = new HelperDevices(
                DeviceLink.Listen(dataDirectory, place.Meeting), trainer.SharedSizes, Wait, message => Say(order, trainer.Steps, message), time);
            trainer.Helpers = helpers;
            return helpers;
        }
        catch (SocketException taken)
        {
            // The result is the same without them.
            Say(order, trainer.Steps, $"The other devices of the run cannot be met, and it is learned on one: {taken.Message}");
            return null;
        }

        void Wait()
        {
            cancellationToken.ThrowIfCancellationRequested();
            pulse.At(WorkPhase.Train);
        }
    }

    private ModelPackage? Trunk(TrainOrder order) =>
        (order.Branch?.Trunk ?? order.Trunk?.Parent) is { } package ? blobs.Read(package, path => ModelPackage.Load(path, runtime)) : null;

    private static TrainingConfiguration Configuration(TrainOrder order, ModelPackage? trunk)
    {
        var configuration = trunk is null
            ? TrainingConfiguration.FromJson(order.Configuration!)
            : trunk.Configuration.WithSteps(order.Branch?.Steps ?? order.Trunk!.Steps) with { MicroBatch = AtOnce(order) ?? trunk.Configuration.MicroBatch };

        // Two tasks that learn together are seen equally often, whatever else their datasets are like.
        return order.Branch?.Study is null ? configuration
            : configuration with { Sampling = SamplingRule.Dataset, DatasetWeights = configuration.DatasetWeights.Clear() };
    }

    // A device may have less memory than that of the trunk had.
    private static int? AtOnce(TrainOrder order) => order.Configuration is { } fitted ? TrainingConfiguration.FromJson(fitted).MicroBatch : null;

    private List<PreparedDataset> Prepare(
        TrainOrder order, PreprocessingPlan plan, List<PreparedCaseFile> opened, Action pause, CancellationToken cancellationToken)
    {
        var records = order.Datasets.ToDictionary(d => d.Name, Cases);
        var total = records.Values.Sum(r => r.Count);
        var digest = plan.Digest;
        var prepared = new List<PreparedDataset>();
        foreach (var dataset in order.Datasets)
        {
            List<PreparedCaseFile> training = [], validation = [];
            foreach (var record in records[dataset.Name])
            {
                if (record.Split == Split.Test)
                {
                    throw new HermesException($"The order names the case '{record.CaseId}' of '{dataset.Name}', which is a test case: nothing may learn from it.");
                }

                cancellationToken.ThrowIfCancellationRequested();
                pause();
                pulse.At(WorkPhase.Prepare);
                Report(order, new TrainReport { Phase = Phases.Prepare, Done = opened.Count, Total = total });
                var file = cases.Open(plan, digest, dataset.Modality, record);
                opened.Add(file);
                (record.Split == Split.Validation ? validation : training).Add(file);
            }

            prepared.Add(new PreparedDataset(Group(dataset), training, validation));
        }

        Report(order, new TrainReport { Phase = Phases.Prepare, Done = total, Total = total });
        return prepared;
    }

    private List<CaseRecord> Cases(TrainingDataset dataset)
    {
        try
        {
            return [.. dataset.CasePages.SelectMany(blobs.FetchJson<CaseRecord[]>)];
        }
        catch (HermesException damage) when (BlobDamage.Is(damage))
        {
            throw new HermesException(
                $"The list of the cases of '{dataset.Name}' cannot be read: {damage.Message}",
                hint: "A resume writes it anew from the dataset. If the dataset is damaged too, bring the blob back from a copy of the data directory first.");
        }
    }

    private static DatasetPrompt Group(TrainingDataset dataset) => new(
        dataset.Name,
        dataset.Modality,
        [.. dataset.Labels.Select(l => new LabelledTask(checked((ushort)l.Value), l.Task))]);

    // A checkpoint that cannot be read costs the steps after the one before it, not the run.
    private (Trainer Trainer, CheckpointHead? From) Resume(
        TrainOrder order, TrainingConfiguration configuration, List<PreparedDataset> datasets, ModelPackage? trunk)
    {
        if (order.Checkpoints is not [.., var newest])
        {
            return (Begin(order, configuration, datasets, trunk), null);
        }

        Exception? damage = null;
        var remarks = new List<string>();
        foreach (var head in order.Checkpoints.Reverse())
        {
            try
            {
                var trainer = blobs.Read(head.Blob, path => Trainer.Resume(path, datasets, runtime, order.Branch is null ? null : trunk, Devices(order), remarks.Add));
                if (damage is not null)
                {
                    remarks.Insert(0, $"The checkpoint at step {newest.Step} cannot be read, so the run went on from the one at step {head.Step}. {damage.Message}");
                }

                if (remarks.Count > 0)
                {
                    Say(order, head.Step, string.Join(' ', remarks));
                }

                return (trainer, head);
            }
            catch (Exception unreadable) when (BlobDamage.Is(unreadable))
            {
                Console.Error.WriteLine($"The checkpoint at step {head.Step} cannot be read: {unreadable.Message}");
                damage ??= unreadable;
            }
        }

        throw new HermesException(
            $"None of the {order.Checkpoints.Count} checkpoints of this run can be read; the newest, at step {newest.Step}: {damage!.Message}",
            hint: "Bring the blobs back from a copy of the data directory and resume, or check the disk and train anew under another name.");
    }

    private Trainer Begin(TrainOrder order, TrainingConfiguration configuration, List<PreparedDataset> datasets, ModelPackage? trunk)
    {
        var seed = unchecked((ulong)order.Seed);
        if (order.Branch is { } owns)
        {
            var group = Learner(datasets, owns);
            using var start = owns.Study?.Start is { } package ? blobs.Read(package, path => BranchPackage.Load(path, trunk!)) : null;
            var branch = BranchDescription.Of(
                trunk!, group, owns.Policy == BranchPolicy.Branch, configuration, owns.InitialPriors, start, datasets.Select(d => d.Group).FirstOrDefault(g => g != group));
            return new Trainer(trunk!, branch, datasets, seed, order.Run, start) { Devices = Devices(order) };
        }

        var vocabulary = PriorVocabulary.InOrderOfIdentity(order.Tasks, order.Datasets.Select(d => d.Modality));
        return order.Trunk is { Scope: not TrunkScope.Fresh and var scope }
            ? new Trainer(trunk!, configuration, vocabulary, scope == TrunkScope.Decoder, datasets, seed, order.Run) { Devices = Devices(order) }
            : new Trainer(configuration, vocabulary, datasets, seed, order.Run, runtime) { Devices = Devices(order) };
    }

    private static int Devices(TrainOrder order) => order.Place?.Devices ?? 1;

    // While the store is away or full the run waits for it: what was learned since the last checkpoint is not to be learned again.
    private void Save(TrainOrder order, int step, RunJournal journal, CancellationToken cancellationToken)
    {
        pulse.At(WorkPhase.Store);
        var (begun, isTold) = (time.GetTimestamp(), false);
        while (true)
        {
            try
            {
                journal.Save();
                return;
            }
            catch (Exception away) when (
                FailureOf.Exception(away) is { IsPassing: true } failure && time.GetElapsedTime(begun) < StorePatience && !cancellationToken.IsCancellationRequested)
            {
                if (!isTold)
                {
                    Say(order, step, $"Step {step} is saved as soon as that is possible. {failure.Message}");
                    isTold = true;
                }

                cancellationToken.WaitHandle.WaitOne(BetweenTries);
            }
        }
    }

    // A cancel on a full disk is a cancel; what could not be saved is told.
    private static string? SaveIfPossible(RunJournal journal)
    {
        try
        {
            journal.Save();
            return null;
        }
        catch (Exception error) when (error is HermesException or IOException)
        {
            return $"What was learned since {(journal.Last is { } last ? $"step {last.Step}" : "the beginning")} could not be saved. {FailureOf.Exception(error).Message}";
        }
    }

    private ModelVersionContent Publish(Trainer trainer, CheckpointHead head, string checkpoint)
    {
        var vocabulary = trainer.Network.Trunk.Priors.Vocabulary;
        return new ModelVersionContent
        {
            Package = blobs.Store(MediaTypes.Safetensors, ".safetensors", path => ModelPackage.Publish(checkpoint, path)),
            Tasks = vocabulary.Tasks,
            Modalities = vocabulary.Modalities,
            PromptGroups = [.. trainer.Datasets.Select(d => d.Group.ToPromptGroup())],
            Network = trainer.Configuration.Network.Name,
            Parameters = trainer.Parameters,
            Score = head.Score,
            Posterior = head.Posterior,
        };
    }

    private ModelBranch PublishBranch(BranchOrder order, Trainer trainer, CheckpointHead head, string checkpoint)
    {
        var vocabulary = trainer.Network.Branch!.Vocabulary;
        return new ModelBranch
        {
            Package = blobs.Store(MediaTypes.Safetensors, ".safetensors", path => BranchPackage.Publish(checkpoint, path)),
            Trunk = order.Trunk.Sha256,
            Group = Learner(trainer.Datasets, order).ToPromptGroup(),
            Tasks = vocabulary.Tasks,
            Modalities = vocabulary.Modalities,
            Policy = order.Policy,
            Dataset = order.Dataset,
            Parameters = trainer.Parameters,
            Score = head.Score,
            Study = order.Study,
            Posterior = head.Posterior,
        };
    }

    // Whose branch it is; of a study another group may learn beside it.
    private static DatasetPrompt Learner(IReadOnlyList<PreparedDataset> datasets, BranchOrder order) =>
        datasets.Single(d => order.Study is not { } study || d.Group.Name == BranchStudy.Own(study.Task)).Group;

    // The best; if it was damaged since, the last, which was just written.
    private TrainReport OfBest(TrainOrder order, RunJournal journal, Func<CheckpointHead, string, TrainReport> publish)
    {
        var last = journal.Last!;
        var best = journal.Best ?? last;
        var isFetched = false;
        try
        {
            return blobs.Read(best.Blob, checkpoint =>
            {
                isFetched = true;
                return publish(best, checkpoint);
            });
        }
        catch (HermesException damage) when (!isFetched && best != last && BlobDamage.Is(damage))
        {
            Say(order, last.Step, $"The best checkpoint, of step {best.Step}, cannot be read, so the model is made of the last. {damage.Message}");
            return blobs.Read(last.Blob, checkpoint => publish(last, checkpoint));
        }
    }

    private void Say(TrainOrder order, int step, string message)
    {
        Console.Error.WriteLine(message);
        Report(order, new TrainReport { Phase = Phases.Train, Done = step, Message = message });
    }

    private void Report(TrainOrder order, TrainReport report) => messages.Write(new WorkerMessage { OrderId = order.OrderId, Report = report });
}
