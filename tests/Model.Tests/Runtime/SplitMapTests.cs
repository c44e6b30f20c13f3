using Hermes.Model.Runtime;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Runtime;

[Collection(TorchCollection.Name)]
public sealed class SplitMapTests
{
    [Theory]
    [InlineData(16, 5, ScalarType.Float32)]
    [InlineData(6, 18, ScalarType.Float32)]
    [InlineData(64, 3, ScalarType.BFloat16)]
    public void Halves_and_gradients_are_those_of_a_chunk_to_the_bit(int channels, int axis, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var map = randn([2L, channels, axis, axis + 1L, axis], generator: generator).to_type(type).requires_grad_(true);
        var weight = randn([2L, channels / 2, axis, axis + 1L, axis], generator: generator).to_type(type);

        (var first, var second) = SplitMap.Apply(map);
        ((first * weight) + (second * second)).sum().backward();
        var same = map.detach().requires_grad_(true);
        var halves = same.chunk(2, 1);
        ((halves[0] * weight) + (halves[1] * halves[1])).sum().backward();

        Assert.True(MemoryLayout.IsChannelsLast(first) && MemoryLayout.IsChannelsLast(second));
        Assert.True(AreEqual(first, halves[0]) && AreEqual(second, halves[1]));
        Assert.True(AreEqual(map.grad!, same.grad!));
    }

    private static bool AreEqual(Tensor left, Tensor right) => left.eq(right).all().item<bool>();
}
