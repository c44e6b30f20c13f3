using Hermes.Model.Network;
using Hermes.Model.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Training;

[Collection(TorchCollection.Name)]
public sealed class LambTests
{
    private static readonly LambSettings Settings = new(0.9, 0.999, 1e-5, 1e-5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_steps_equal_the_reference(bool withTensors)
    {
        using var scope = NewDisposeScope();
        Parameter first = new(tensor(new[] { 0.5f, -0.25f, 1, 2 }));
        Parameter second = new(zeros(3));
        using var lamb = new Lamb(new FlatParameters([new NetworkParameter("a", [first]), new NetworkParameter("b", [second])]), Settings);

        var norm = Step(lamb, withTensors, 0.002, (first, [0.1f, -0.2f, 0.3f, 0.4f]), (second, [1, 2, -2]));
        Assert.Equal(3.049590, norm, 1e-5);
        Close([0.4976954607, -0.2476951151, 0.9976949807, 1.9976948991], first);
        Close([-0.0019999390, -0.0019999695, 0.0019999695], second);

        Step(lamb, withTensors, 0.002, (first, [0.05f, 0, -0.1f, 0.2f]), (second, [0.1f, -0.1f, 0.2f]));
        Close([0.4947626860, -0.2457094665, 0.9978752244, 1.9947615597], first);
        Close([-0.0020053243, -0.0020034226, 0.0020026290], second);
    }

    /// <summary>Without decay LAMB is Adam behind a clipped gradient: the first step goes by the rate in every element.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_weight_decay_no_ratio_scales_the_step(bool withTensors)
    {
        using var scope = NewDisposeScope();
        Parameter parameter = new(tensor(new[] { 3f, -4f, 12f }));
        using var lamb = new Lamb(new FlatParameters([new NetworkParameter("a", [parameter])]), Settings with { WeightDecay = 0 });
        float[] gradient = [0.3f, -0.4f, 0];

        Step(lamb, withTensors, 0.01, (parameter, gradient));

        Close([3 - 0.01 * 0.3 / (0.3 + 1e-5), -4 + 0.01 * 0.4 / (0.4 + 1e-5), 12], parameter);
    }

    [Fact]
    public void The_pieces_of_a_tensor_share_one_ratio()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor values = randn([6, 5], generator: generator), gradients = randn([6, 5], generator: generator);
        Parameter whole = new(values.clone()), top = new(values[..4].clone()), bottom = new(values[4..].clone());
        using var one = new Lamb(new FlatParameters([new NetworkParameter("a", [whole])]), Settings);
        using var two = new Lamb(new FlatParameters([new NetworkParameter("a", [top, bottom])]), Settings);

        Step(one, false, 0.01, (whole, gradients.flatten().data<float>().ToArray()));
        Step(two, false, 0.01, (top, gradients[..4].flatten().data<float>().ToArray()), (bottom, gradients[4..].flatten().data<float>().ToArray()));

        Close([.. whole.detach().flatten().data<float>().ToArray().Select(v => (double)v)], cat([top, bottom], 0));
    }

    [Fact]
    public void The_fast_form_equals_the_tensor_form_on_large_tensors()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var values = randn([40_003], generator: generator);
        Parameter fast = new(values.clone()), plain = new(values.clone());
        using var inMemory = new Lamb(new FlatParameters([new NetworkParameter("a", [fast])]), Settings);
        using var tensors = new Lamb(new FlatParameters([new NetworkParameter("a", [plain])]), Settings);
        for (var step = 0; step < 3; step++)
        {
            var gradient = randn([40_003], generator: generator).data<float>().ToArray();
            Step(inMemory, false, 0.01, (fast, gradient));
            Step(tensors, true, 0.01, (plain, gradient));
        }

        Assert.True((fast - plain).abs().max().item<float>() < 2e-6);
    }

    [Fact]
    public void A_frozen_piece_is_not_touched()
    {
        using var scope = NewDisposeScope();
        Parameter frozen = new(ones(3), requires_grad: false), learned = new(ones(3));
        using var lamb = new Lamb(new FlatParameters([new NetworkParameter("a", [frozen, learned])]), Settings);

        Step(lamb, false, 0.1, (learned, [1, 1, 1]));

        Assert.Equal([1f, 1, 1], frozen.data<float>().ToArray());
        Assert.NotEqual(1f, learned.data<float>()[0]);
    }

    [Fact]
    public void A_gradient_that_is_no_number_changes_nothing()
    {
        using var scope = NewDisposeScope();
        Parameter parameter = new(ones(2));
        using var lamb = new Lamb(new FlatParameters([new NetworkParameter("a", [parameter])]), Settings);

        var norm = Step(lamb, false, 0.1, (parameter, [1, float.NaN]));

        Assert.True(double.IsNaN(norm));
        Assert.Equal([1f, 1f], parameter.data<float>().ToArray());
        Assert.Equal(0, lamb.Steps);
    }

    [Fact]
    public void Steps_that_are_given_after_one_that_went_wrong_change_nothing_either()
    {
        using var scope = NewDisposeScope();
        Parameter parameter = new(ones(2));
        using var lamb = new Lamb(new FlatParameters([new NetworkParameter("a", [parameter])]), Settings);
        Step(lamb, true, 0.1, (parameter, [1, 2]));
        float[] values = parameter.data<float>().ToArray(), momentum = lamb.Momentum.data<float>().ToArray(), variance = lamb.Variance.data<float>().ToArray();

        parameter.grad = tensor(new float[] { 1, 2 });
        Assert.Equal(Math.Sqrt(5), lamb.StepAhead(0.1, tensor(new[] { 1, float.NaN })).item<double>(), 1e-6);
        Unchanged();
        Assert.True(double.IsNaN(Step(lamb, true, 0.1, (parameter, [1, float.NaN]))));
        Unchanged();
        Step(lamb, true, 0.1, (parameter, [1, 2]));
        Unchanged();

        void Unchanged()
        {
            Assert.Equal(values, parameter.data<float>().ToArray());
            Assert.Equal(momentum, lamb.Momentum.data<float>().ToArray());
            Assert.Equal(variance, lamb.Variance.data<float>().ToArray());
        }
    }

    private static double Step(Lamb lamb, bool withTensors, double rate, params (Parameter Parameter, float[] Gradient)[] gradients)
    {
        foreach ((var parameter, var gradient) in gradients)
        {
            parameter.grad = tensor(gradient, parameter.shape);
        }

        using var frozen = no_grad();
        return withTensors ? lamb.StepAhead(rate, ones(2)).item<double>() : lamb.Step(rate);
    }

    private static void Close(double[] expected, Tensor found)
    {
        var values = found.detach().flatten().data<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], values[i], 1e-6);
        }
    }
}
