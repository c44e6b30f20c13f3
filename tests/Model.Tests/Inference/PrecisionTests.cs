using Hermes.Benchmarks.Learning;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Evaluation;
using Hermes.Imaging.Phantoms;
using Hermes.Model.Checkpoints;
using Hermes.Model.Inference;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using Hermes.Model.Training;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Inference;

[Collection(TorchCollection.Name)]
public sealed class PrecisionTests
{
    private const ulong Seed = 1;

    /// <summary>The same weights, which have learned for a while; bfloat16 is forced, whatever the self-test of this processor would choose.</summary>
    [Fact]
    public void The_same_weights_answer_the_phantoms_in_bfloat16_as_they_do_in_float32()
    {
        var tiny = TrainingConfiguration.Preset("tiny").WithSteps(80);
        using var folder = new TemporaryFolder();
        TrialDataset[] datasets = [.. PhantomDataset.Write(folder.At("phantoms"), Seed, trainingCases: 4, testCases: 2).Select(TrialDataset.Phantom)];
        var package = Train(tiny, datasets, folder);

        var full = Score(package, ConvolutionPrecision.Full, datasets);
        var mixed = Score(package, ConvolutionPrecision.Mixed, datasets);

        Assert.True(full.MeanDice > 0.3, $"nothing was learned that could be told apart: {full.MeanDice}");
        Assert.NotEqual(full.MeanDice, mixed.MeanDice);
        Assert.Equal(full.MeanDice!.Value, mixed.MeanDice!.Value, 0.005);
        Assert.All(full.Tasks.Zip(mixed.Tasks), pair => Assert.Equal(pair.First.Dice!.Value, pair.Second.Dice!.Value, 0.005));
    }

    private static string Train(TrainingConfiguration configuration, TrialDataset[] datasets, TemporaryFolder folder)
    {
        PreparedDataset[] prepared = [.. datasets.Select(dataset => dataset.Prepare(configuration.Plan(), folder.Path))];
        try
        {
            var vocabulary = PriorVocabulary.InOrderOfIdentity(prepared.SelectMany(d => d.Group.Tasks), prepared.Select(d => d.Group.Modality!));
            using var trainer = new Trainer(configuration, vocabulary, prepared, Seed, "run", new TorchRuntimeState(CPU, ConvolutionPrecision.Mixed, get_num_threads()));
            trainer.Train(new TrainingHooks());
            trainer.Save(folder.At("checkpoint"));
            return ModelPackage.Publish(folder.At("checkpoint"), folder.At("package")).Path;
        }
        finally
        {
            prepared.SelectMany(dataset => dataset.Training.Concat(dataset.Validation)).ToList().ForEach(file => file.Dispose());
        }
    }

    private static DiceSummary Score(string package, ConvolutionPrecision precision, TrialDataset[] datasets)
    {
        using var model = ModelPackage.Load(package, new TorchRuntimeState(CPU, precision, get_num_threads()));
        Assert.Equal(precision, model.Network.Precision);
        var segmenter = new Segmenter(model);
        return DiceSummary.Of(
            from dataset in datasets
            from test in dataset.Testing
            let found = segmenter.Segment(test.ReadImage(), new Question(PromptedTasks.Of(dataset.Group)))
            from score in DiceEvaluation.Evaluate(found.LabelMap!, test.ReadLabels(), [.. dataset.Group.Labels.Select(l => new EvaluatedTask(l.Task, l.Value, l.Value))])
            select score);
    }
}
