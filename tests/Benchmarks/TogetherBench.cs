using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using static TorchSharp.torch;

namespace Hermes.Benchmarks;

/// <summary>Four prompt groups, a branch each, asked about the same windows: the stages before the first fusion run once, or for every group.</summary>
internal sealed class TogetherBench : IWorkload
{
    private const int Groups = 4;
    private readonly bool _together;
    private readonly HermesNetwork _network;
    private readonly List<(Branch Branch, Prompt Prompt)> _groups = [];
    private readonly Tensor _image;

    public TogetherBench(bool together, ConvolutionPrecision precision, GridSize window, int batch)
    {
        _together = together;
        using var generator = new Generator(1);
        _network = HermesNetwork.Create(new NetworkConfiguration { BaseWidth = 8 }, new PriorVocabulary(["a/task"], ["ct"]), generator);
        _network.Precision = precision;
        for (var group = 0; group < Groups; group++)
        {
            string[] tasks = [$"{group}/one", $"{group}/two"];
            _groups.Add((new Branch(_network, new PriorVocabulary(tasks, []), ownsStages: true, generator), Prompt.For(tasks, "ct", batch)));
        }

        _image = randn([batch, 1, window.Depth, window.Height, window.Width], generator: generator);
    }

    public void Run()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var shared = _together ? _network.Encode(_image) : null;
        foreach (var (branch, prompt) in _groups)
        {
            _network.Answer(shared ?? _network.Encode(_image), prompt, branch);
        }
    }

    public void Dispose()
    {
        _groups.ForEach(g => g.Branch.Dispose());
        _network.Dispose();
        _image.Dispose();
    }
}
