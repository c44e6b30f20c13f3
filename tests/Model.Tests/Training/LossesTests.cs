using Hermes.Model.Training;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Training;

[Collection(TorchCollection.Name)]
public sealed class LossesTests
{
    private static readonly long[] Shape = [2, 3, 4, 4, 4];

    [Fact]
    public void Losses_and_gradient_equal_the_reference()
    {
        using var scope = NewDisposeScope();
        (var logits, var targets, var valid) = Reference();

        (var crossEntropy, var tversky) = Losses.Segmentation(logits, targets, valid, countsAbsent: true);
        // The reference lists the gradient of the Tversky loss alone.
        tversky.backward();

        Assert.Equal(1.242880702, crossEntropy.item<float>(), 1e-5);
        Assert.Equal(0.699420940, tversky.item<float>(), 1e-5);
        var gradient = logits.grad!.flatten().data<float>().ToArray();
        double[] expected = [1.23373e-4, 6.75546e-4, 1.98778e-4, -1.603834e-3];
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], gradient[i], 1e-8);
        }
    }

    [Fact]
    public void An_absent_or_null_channel_gets_no_gradient_from_the_Tversky_loss()
    {
        using var scope = NewDisposeScope();
        (var logits, var targets, var valid) = Reference();

        Losses.Segmentation(logits, targets, valid).Tversky.backward();

        var perChannel = logits.grad!.abs().amax([2L, 3L, 4L]);
        foreach ((var sample, var channel) in ((int, int)[])[(0, 1), (0, 2), (1, 1), (1, 2)])
        {
            Assert.Equal(0, perChannel[sample, channel].item<float>());
        }

        Assert.True(perChannel[0, 0].item<float>() > 0);
        Assert.True(perChannel[1, 0].item<float>() > 0);
    }

    /// <summary>Of the three valid pairs one is absent; published, it counts as 1.</summary>
    [Fact]
    public void Whether_an_absent_task_counts_changes_the_number_told_and_not_a_bit_of_the_gradient()
    {
        using var scope = NewDisposeScope();
        (double Loss, byte[] Gradient) Learned(bool countsAbsent)
        {
            (var logits, var targets, var valid) = Reference();
            (var crossEntropy, var tversky) = Losses.Segmentation(logits, targets, valid, countsAbsent: countsAbsent);
            (crossEntropy + tversky).backward();
            return (tversky.item<float>(), logits.grad!.contiguous().bytes.ToArray());
        }

        var (ours, published) = (Learned(false), Learned(true));

        Assert.Equal(published.Loss - 1 / 3.0, ours.Loss, 1e-5);
        Assert.Equal(published.Gradient, ours.Gradient);
    }

    [Fact]
    public void The_logarithm_of_the_Tversky_index_is_a_mean_over_the_tasks_and_nothing_for_an_absent_one()
    {
        using var scope = NewDisposeScope();
        (var logits, var targets, var valid) = Reference();

        double found = Losses.Segmentation(logits, targets, valid, logarithm: true).Tversky.item<float>();

        // An absent task has the plain loss 1; the others give their index back.
        double[] plain = [.. new[] { (Sample: 0, Task: 0), (Sample: 1, Task: 0) }
            .Select(one => (double)Losses
                .Segmentation(logits[one.Sample, one.Task].view(1, 1, 4, 4, 4), targets[one.Sample, one.Task].view(1, 1, 4, 4, 4), ones([1, 1]))
                .Tversky.item<float>())];
        double pairs = valid.sum().item<float>();
        Assert.Equal(plain.Sum(loss => -Math.Log(1 - loss)) / pairs, found, 1e-3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_task_that_finds_nothing_is_pulled_back_by_the_logarithm_alone(bool logarithm)
    {
        using var scope = NewDisposeScope();
        var targets = zeros([1, 1, 8, 8, 8]);
        targets[0, 0].narrow(0, 0, 2).fill_(1);

        double Pull(double logit)
        {
            var logits = full([1, 1, 8, 8, 8], logit).requires_grad_(true);
            Losses.Segmentation(logits, targets, ones([1, 1]), logarithm).Tversky.backward();
            return (logits.grad! * targets).sum().abs().item<float>();
        }

        var ratio = Pull(-9) / Pull(-2);
        Assert.True(logarithm ? ratio > 0.5 : ratio < 0.01, $"the gradient of a silent task is {ratio} of that of a hesitant one");
    }

    [Fact]
    public void Null_and_padded_channels_count_for_nothing()
    {
        using var scope = NewDisposeScope();
        (var logits, var targets, var valid) = Reference();
        var other = logits.detach().clone();
        other[0, 2] = 50;
        other[1, 1] = -50;

        (var crossEntropy, var tversky) = Losses.Segmentation(logits, targets, valid);
        (var otherCrossEntropy, var otherTversky) = Losses.Segmentation(other, targets, valid);

        Assert.Equal(crossEntropy.item<float>(), otherCrossEntropy.item<float>());
        Assert.Equal(tversky.item<float>(), otherTversky.item<float>());
    }

    [Fact]
    public void Samples_of_unknown_modality_count_for_nothing()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 1, 2, 3, 9, -4, 0.5f }, [2, 3]);

        var both = Losses.Modality(logits, tensor(new long[] { 1, -1 }), true).item<float>();
        var alone = Losses.Modality(logits[..1], tensor(new long[] { 1 }), true).item<float>();

        Assert.Equal(alone, both);
        Assert.Equal(0, Losses.Modality(logits, tensor(new long[] { -1, -1 }), false).item<float>());
    }

    [Fact]
    public void A_modality_is_recognised_where_its_logit_is_the_highest_and_it_is_known()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[,] { { 3, 1, 0 }, { 0, 2, 1 }, { 0, 1, 2 }, { 5, 0, 0 } });

        Assert.Equal(2, Losses.Recognised(logits, tensor(new long[] { 0, 1, 0, -1 })).item<long>());
    }

    [Fact]
    public void Shapes_that_do_not_belong_together_are_refused()
    {
        using var scope = NewDisposeScope();

        Assert.Throws<ArgumentException>(() => Losses.Segmentation(zeros(Shape), zeros([2, 3, 4, 4, 5]), ones(2, 3)));
        Assert.Throws<ArgumentException>(() => Losses.Segmentation(zeros(Shape), zeros(Shape), ones(2, 4)));
    }

    /// <summary>The deterministic filling of docs/method.md, Parity.</summary>
    private static (Tensor Logits, Tensor Targets, Tensor Valid) Reference()
    {
        var count = (int)Shape.Aggregate(1L, (a, b) => a * b);
        float[] logits = [.. Enumerable.Range(0, count).Select(i => (float)(4 * (2 * Filling(7001, i) - 1)))];
        float[] targets = [.. Enumerable.Range(0, count).Select(i => Filling(7002, i) > 0.6 ? 1f : 0f)];
        var y = tensor(targets, Shape);
        foreach ((var sample, var channel) in ((int, int)[])[(0, 1), (0, 2), (1, 1), (1, 2)])
        {
            y[sample, channel] = 0;
        }

        return (tensor(logits, Shape).requires_grad_(true), y, tensor(new float[] { 1, 1, 0, 1, 0, 0 }, [2, 3]));
    }

    private static double Filling(uint tensor, int element)
    {
        unchecked
        {
            var h = (uint)element * 2654435761u + tensor * 40503u + 12345u;
            h ^= h >> 15;
            h *= 2246822519u;
            h ^= h >> 13;
            h *= 3266489917u;
            h ^= h >> 16;
            return h / 4294967296.0;
        }
    }
}
