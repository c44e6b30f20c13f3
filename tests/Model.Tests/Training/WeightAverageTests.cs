using Hermes.Model.Network;
using Hermes.Model.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Training;

[Collection(TorchCollection.Name)]
public sealed class WeightAverageTests
{
    [Fact]
    public void The_first_update_copies_and_later_ones_forget_slowly()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Parameter weight = new(full([20_001], 1f));
        using var average = new WeightAverage(new FlatParameters([new NetworkParameter("a", [weight])]), 0.6);
        weight.fill_(2);
        average.Update(0);
        Assert.Equal(2, average.Values.max().item<float>());

        weight.fill_(4);
        average.Update(1);
        Assert.Equal(3, average.Values.min().item<float>());
        weight.fill_(8);
        average.Update(10);
        Assert.Equal(0.6 * 3 + 0.4 * 8, average.Values.max().item<float>(), 1e-5);
    }

    [Fact]
    public void Swapping_twice_restores_both_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Parameter weight = new(randn([7, 3], generator: generator));
        using var average = new WeightAverage(new FlatParameters([new NetworkParameter("a", [weight])]), 0.9);
        using (no_grad())
        {
            weight.add_(1);
        }

        Tensor before = weight.detach().clone(), averaged = average.Values.clone();

        average.Swap();
        Assert.Equal(averaged.flatten().data<float>().ToArray(), weight.detach().flatten().flatten().data<float>().ToArray());
        average.Swap();

        Assert.Equal(before.flatten().data<float>().ToArray(), weight.detach().flatten().data<float>().ToArray());
        Assert.Equal(averaged.flatten().data<float>().ToArray(), average.Values.flatten().data<float>().ToArray());
    }
}
