using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>Lets the semantic maps of the three encoder scales attend to each other (docs/method.md, Hermes-M); the priors take no part.</summary>
internal sealed class SemanticMapFusion : Module
{
    public SemanticMapFusion(IReadOnlyList<int> channels, int width, int heads, int blocks, ParameterSource source)
        : base(nameof(SemanticMapFusion))
    {
        In = [.. channels.Select(from => source.Linear(from, width))];
        Layers = [.. Enumerable.Range(0, blocks).Select(_ => new TokenTransformer(width, heads, source))];
        Out = [.. channels.Select(to => source.Linear(width, to))];
        for (var i = 0; i < channels.Count; i++)
        {
            register_parameter($"in{i}", In[i]);
            register_parameter($"out{i}", Out[i]);
        }

        for (var i = 0; i < blocks; i++)
        {
            register_module($"layers{i}", Layers[i]);
        }
    }

    public IReadOnlyList<Parameter> In { get; }

    public IReadOnlyList<TokenTransformer> Layers { get; }

    public IReadOnlyList<Parameter> Out { get; }

    /// <summary>One map [B, s, C] per scale, to the same shapes.</summary>
    public Tensor[] Forward(IReadOnlyList<Tensor> maps)
    {
        using var scope = NewDisposeScope();
        var tokens = cat([.. maps.Zip(In, (map, weight) => functional.linear(map, weight))], 1);
        foreach (var layer in Layers)
        {
            tokens = layer.Forward(tokens);
        }

        return [.. tokens.chunk(maps.Count, 1).Zip(Out, (map, weight) => functional.linear(map, weight).MoveToOuterDisposeScope())];
    }
}
