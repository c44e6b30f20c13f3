using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using static TorchSharp.torch;

namespace Hermes.Benchmarks;

/// <summary>One answer of the network without gradients: 15 tasks and the null token.</summary>
internal sealed class AnswerBench : IWorkload
{
    private readonly HermesNetwork _network;
    private readonly Tensor _image;

    public AnswerBench(int width, ConvolutionPrecision precision, GridSize window, int batch)
    {
        using var generator = new Generator(1);
        _network = HermesNetwork.Create(new NetworkConfiguration { BaseWidth = width }, new PriorVocabulary(Tasks, ["ct"]), generator);
        _network.Precision = precision;
        _image = randn([batch, 1, window.Depth, window.Height, window.Width], generator: generator);
    }

    public static string[] Tasks { get; } = [.. Enumerable.Range(0, 15).Select(task => $"a/task{task}")];

    /// <summary>The logits of windows [B, 1, D, H, W].</summary>
    public Tensor Answer(Tensor windows) => _network.Forward(windows, Prompt.For(Tasks, "ct", (int)windows.shape[0])).MaskLogits;

    public void Run()
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            Answer(_image);
        }
    }

    public void Dispose()
    {
        _network.Dispose();
        _image.Dispose();
    }
}
