using Hermes.Imaging.Preprocessing;
using Hermes.Model.Inference;
using Hermes.Model.Network;
using Hermes.Model.Training;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Training;

[Collection(TorchCollection.Name)]
public sealed class PosteriorMeansTests
{
    [Fact]
    public void A_validation_tells_of_each_task_the_mean_of_what_its_prior_became_over_windows_and_then_cases()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration, validation: 2);
        using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, 3, "run");
        var before = Weights();

        var posterior = trainer.Validate()!.Posterior;

        // The dataset of the third task has no validation cases.
        Assert.Equal(["one/box", "one/rest"], posterior.Tasks);
        var (group, files) = (cases.Datasets[0].Group, cases.Datasets[0].Validation);
        var expected = files.Select(file => OfCase(file)).ToList();
        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            for (var task = 0; task < 2; task++)
            {
                Assert.Equal(configuration.Network.FusionWidths[scale], posterior.Scales[scale][task].Length);
                for (var c = 0; c < posterior.Scales[scale][task].Length; c++)
                {
                    Assert.Equal(expected.Average(e => e[scale][(task * posterior.Scales[scale][task].Length) + c]), posterior.Scales[scale][task][c], 1e-4);
                }
            }
        }

        Assert.NotEqual(posterior.Scales[0][0], posterior.Scales[0][1]);
        Assert.Equal(before, Weights());
        Assert.Equal(posterior.Scales[4][1], trainer.Validate()!.Posterior.Scales[4][1]);

        // Windows one by one, as nothing else computes them.
        double[][] OfCase(PreparedCaseFile file)
        {
            using var frozen = no_grad();
            var sums = Enumerable.Range(0, PriorPool.Scales).Select(scale => new double[2 * configuration.Network.FusionWidths[scale]]).ToArray();
            var starts = SlidingWindow.Of(configuration).Positions(file.Size);
            Assert.True(starts.Count > 1);
            foreach (var start in starts)
            {
                using var scope = NewDisposeScope();
                var voxels = new float[configuration.WindowSize.VoxelCount];
                file.CopyImage(start.Depth, start.Height, start.Width, configuration.WindowSize, voxels);
                var window = tensor(voxels, [1, 1, configuration.WindowSize.Depth, configuration.WindowSize.Height, configuration.WindowSize.Width]);
                var tokens = trainer.Network.Forward(window, new Prompt([group.Sample()])).PosteriorTokens;
                foreach (var (scale, sum) in sums.Index())
                {
                    var values = tokens[scale].narrow(1, 0, 2).contiguous().data<float>().ToArray();
                    for (var i = 0; i < sum.Length; i++)
                    {
                        sum[i] += values[i] / starts.Count;
                    }
                }
            }

            return sums;
        }

        float[] Weights() => [.. trainer.Network.Learned.SelectMany(p => p.Pieces).SelectMany(piece => piece.data<float>().ToArray())];
    }
}
