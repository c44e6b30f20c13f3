using Hermes.Model.Training;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Training;

[Collection(TorchCollection.Name)]
public sealed class ParityPassTests
{
    [Fact]
    public void The_same_library_computes_the_same_and_every_number_counts()
    {
        var numbers = ParityPass.Run(CPU);

        Assert.Equal(0, ParityPass.Difference(numbers, ParityPass.Run(CPU)));
        Assert.True(numbers.Logits.Count > 50 && numbers.Logits.Distinct().Count() == numbers.Logits.Count);
        Assert.True(numbers.Gradients.Count(norm => norm > 0) > numbers.Gradients.Count * 9 / 10);
        Assert.True(ParityPass.Difference(numbers, numbers with { Loss = numbers.Loss * 1.01f }) > ParityPass.Tolerance);
        Assert.True(ParityPass.Difference(numbers, numbers with { Logits = [.. numbers.Logits.Select(l => l * 1.01f)] }) > ParityPass.Tolerance);
        Assert.True(ParityPass.Difference(numbers, numbers with { Gradients = [.. numbers.Gradients.Select(g => g * 1.01f)] }) > ParityPass.Tolerance);
        Assert.Equal(double.PositiveInfinity, ParityPass.Difference(numbers, numbers with { Loss = float.NaN }));
        Assert.Equal(double.PositiveInfinity, ParityPass.Difference(numbers, numbers with { Gradients = numbers.Gradients.Skip(1).ToList() }));
    }
}
