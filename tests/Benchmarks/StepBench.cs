using Hermes.Model.Network;
using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Benchmarks;

/// <summary>One training step of the real network on a fixed batch of two 64 cubed patches.</summary>
internal sealed class StepBench : IDisposable
{
    private static readonly string[] Tasks = ["a/liver", "a/spleen", "a/aorta", "b/putamen"];
    private readonly HermesNetwork _network;
    private readonly Tensor _image;
    private readonly Tensor _target;
    private readonly Prompt _prompt = Prompt.For(Tasks, "ct", 2);

    public StepBench(int width, ConvolutionPrecision precision)
    {
        using var generator = new Generator(1);
        _network = new HermesNetwork(new NetworkConfiguration { BaseWidth = width }, new PriorVocabulary(Tasks, ["ct", "mr"]), generator) { Precision = precision };
        _image = randn([2, 1, 64, 64, 64], generator: generator);
        _target = rand([2, 5, 64, 64, 64], generator: generator).gt(0.7).to_type(ScalarType.Float32);
    }

    public void Run()
    {
        using var scope = NewDisposeScope();
        NetworkOutput output = _network.Forward(_image, _prompt);
        Tensor loss = functional.binary_cross_entropy_with_logits(output.MaskLogits, _target) + output.ModalityLogits.logsumexp(1).mean();
        loss.backward();
        _network.zero_grad();
    }

    public void Dispose()
    {
        _network.Dispose();
        _image.Dispose();
        _target.Dispose();
    }
}
