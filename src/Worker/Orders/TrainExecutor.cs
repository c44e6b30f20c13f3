using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using Hermes.Model.Preprocessing;
using Hermes.Model.Runtime;
using Hermes.Model.Training;
using Hermes.Worker.Protocol;

namespace Hermes.Worker.Orders;

/// <summary>Trains one network: prepares the cases, goes on from the checkpoint if there is one, publishes the package.</summary>
internal sealed class TrainExecutor(
    WorkerBlobs blobs, PreparedCaseCache cases, TorchRuntimeState runtime, TimeSpan checkpointEvery, MessageWriter messages, TimeProvider time)
{
    /// <summary>Executes an order; the report that ends it is returned, those before it are sent.</summary>
    /// <param name="order">What to train.</param>
    /// <param name="pause">Called between steps and cases: whatever must not wait for the end of the run.</param>
    /// <param name="cancellation">Takes effect at the next case or step; what was learned is saved first.</param>
    public TrainReport Execute(TrainOrder order, Action pause, CancellationToken cancellation)
    {
        var configuration = Configuration(order.Request);
        Report(order, new TrainReport { Phase = "train", Done = order.Resume?.Step ?? 0, Total = configuration.Steps });

        var opened = new List<PreparedCaseFile>();
        try
        {
            var datasets = Prepare(order, configuration.Plan(), opened, pause, cancellation);
            using var trainer = order.Resume is { } resume
                ? Trainer.Resume(blobs.Fetch(resume.Blob), datasets, runtime, Console.Error.WriteLine)
                : Begin(order, configuration, datasets);
            var journal = new RunJournal(order, trainer, blobs, checkpointEvery, report => Report(order, report), time);
            try
            {
                trainer.Train(
                    new TrainingHooks
                    {
                        Stepped = journal.Stepped,
                        Validating = journal.Validating,
                        Validated = journal.Validated,
                        BetweenSteps = _ =>
                        {
                            pause();
                            journal.BetweenSteps();
                            return true;
                        },
                    },
                    cancellation);
            }
            catch (OperationCanceledException)
            {
                journal.Save();
                throw;
            }

            return new TrainReport { Phase = "publish", Completed = Publish(trainer, journal.Best ?? journal.Last) };
        }
        finally
        {
            opened.ForEach(file => file.Dispose());
        }
    }

    private static TrainingConfiguration Configuration(RunRequest request)
    {
        try
        {
            var configuration = request.Configuration is { } text
                ? TrainingConfigurationReader.Read(text, request.ConfigurationFile ?? "the configuration")
                : TrainingConfiguration.Preset(request.Preset);
            return request.Steps is { } steps ? configuration.WithSteps(steps) : configuration;
        }
        catch (Exception refused) when (refused is ArgumentException or ConfigurationException)
        {
            throw new HermesException(refused.Message, request.ConfigurationFile);
        }
    }

    private List<PreparedDataset> Prepare(
        TrainOrder order, PreprocessingPlan plan, List<PreparedCaseFile> opened, Action pause, CancellationToken cancellation)
    {
        var records = order.Datasets.ToDictionary(d => d.Name, d => d.CasePages.SelectMany(blobs.FetchJson<CaseRecord[]>).ToList());
        var total = records.Values.Sum(r => r.Count);
        var digest = plan.Digest;
        var prepared = new List<PreparedDataset>();
        foreach (var dataset in order.Datasets)
        {
            List<PreparedCaseFile> training = [], validation = [];
            foreach (var record in records[dataset.Name])
            {
                cancellation.ThrowIfCancellationRequested();
                pause();
                Report(order, new TrainReport { Phase = "prepare", Done = opened.Count, Total = total });
                var file = cases.Open(plan, digest, dataset.Modality, record);
                opened.Add(file);
                (record.Split == Split.Validation ? validation : training).Add(file);
            }

            prepared.Add(new PreparedDataset(Group(dataset), training, validation));
        }

        Report(order, new TrainReport { Phase = "prepare", Done = total, Total = total });
        return prepared;
    }

    private static Model.Inference.PromptGroup Group(TrainingDataset dataset) => new(
        dataset.Name,
        dataset.Modality,
        [.. dataset.Labels.Select(l => new Model.Inference.PromptLabel(checked((ushort)l.Value), l.Task))]);

    private Trainer Begin(TrainOrder order, TrainingConfiguration configuration, List<PreparedDataset> datasets)
    {
        var vocabulary = PriorVocabulary.InOrderOfIdentity(order.Tasks, order.Datasets.Select(d => d.Modality));
        return new Trainer(configuration, vocabulary, datasets, unchecked((ulong)order.Request.Seed), order.Run, runtime);
    }

    private ModelVersionContent Publish(Trainer trainer, CheckpointHead head)
    {
        var checkpoint = blobs.Fetch(head.Blob);
        var package = blobs.Store(MediaTypes.Safetensors, ".safetensors", path => ModelPackage.Publish(checkpoint, path));
        var vocabulary = trainer.Network.Priors.Vocabulary;
        return new ModelVersionContent
        {
            Package = package,
            Tasks = vocabulary.Tasks,
            Modalities = vocabulary.Modalities,
            PromptGroups =
            [
                .. trainer.Datasets.Select(d => new PromptGroup(
                    d.Group.Name, d.Group.Modality ?? "unknown", [.. d.Group.Labels.Select(l => new PromptLabel(l.Value, l.Task))])),
            ],
            Network = $"hermes-r, base {trainer.Configuration.Network.BaseWidth}",
            Parameters = trainer.Network.NamedParameters().SelectMany(p => p.Pieces).Sum(p => p.numel()),
            Score = head.Score,
        };
    }

    private void Report(TrainOrder order, TrainReport report) => messages.Write(new WorkerMessage { OrderId = order.OrderId, Report = report });
}
