using Hermes.Model.Network;
using Hermes.Model.Runtime;
using static TorchSharp.torch;

namespace Hermes.Benchmarks;

/// <summary>One answer of the network without gradients: two 64 cubed windows, 15 tasks and the null token.</summary>
internal sealed class AnswerBench : IDisposable
{
    private static readonly string[] Tasks = [.. Enumerable.Range(0, 15).Select(task => $"a/task{task}")];
    private readonly HermesNetwork _network;
    private readonly Tensor _image;

    public AnswerBench(int width, ConvolutionPrecision precision)
    {
        using var generator = new Generator(1);
        _network = new HermesNetwork(new NetworkConfiguration { BaseWidth = width }, new PriorVocabulary(Tasks, ["ct"]), generator) { Precision = precision };
        _image = randn([2, 1, 64, 64, 64], generator: generator);
    }

    public void Run()
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            _network.Forward(_image, Prompt.For(Tasks, "ct", 2));
        }
    }

    public void Dispose()
    {
        _network.Dispose();
        _image.Dispose();
    }
}
