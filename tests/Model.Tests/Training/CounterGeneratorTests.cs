using Hermes.Model.Training;

namespace Hermes.Model.Tests.Training;

public sealed class CounterGeneratorTests
{
    [Fact]
    public void The_generator_is_uniform_and_normal()
    {
        var generator = new CounterGenerator(1, 2, 3);
        double[] uniform = [.. Enumerable.Range(0, 20_000).Select(_ => generator.NextDouble())];
        double[] normal = [.. Enumerable.Range(0, 20_000).Select(_ => generator.Normals().First)];

        Assert.Equal(0.5, uniform.Average(), 0.01);
        Assert.Equal(1 / Math.Sqrt(12), Deviation(uniform), 0.01);
        Assert.Equal(0, normal.Average(), 0.03);
        Assert.Equal(1, Deviation(normal), 0.03);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(generator.Between(-3, 4), -3, 3));
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }
}
