using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>Multi-head cross-attention with normalised inputs (MHCA of docs/method.md, Prior fusion): the queries gather from the sources.</summary>
internal sealed class CrossAttention : Module
{
    private readonly int _heads;

    public CrossAttention(int channels, int heads, int headDimension, ParameterSource source)
        : base(nameof(CrossAttention))
    {
        _heads = heads;
        QueryNorm = new LayerNormalisation(channels, 1e-5, source);
        SourceNorm = new LayerNormalisation(channels, 1e-5, source);
        var inner = heads * headDimension;
        Query = source.Linear(channels, inner);
        KeyValue = source.Linear(channels, 2 * inner);
        Output = source.Linear(inner, channels);
        OutputBias = source.LinearBias(inner, channels);
        register_module("queryNorm", QueryNorm);
        register_module("sourceNorm", SourceNorm);
        register_parameter("query", Query);
        register_parameter("keyValue", KeyValue);
        register_parameter("output", Output);
        register_parameter("outputBias", OutputBias);
    }

    public LayerNormalisation QueryNorm { get; }

    public LayerNormalisation SourceNorm { get; }

    public Parameter Query { get; }

    public Parameter KeyValue { get; }

    public Parameter Output { get; }

    public Parameter OutputBias { get; }

    /// <summary>[B, N, C] queries and [B, K, C] sources give [B, N, C]; <paramref name="visible"/> [B, 1, 1, K] hides sources.</summary>
    public Tensor Forward(Tensor queries, Tensor sources, Tensor? visible = null)
    {
        using var scope = NewDisposeScope();
        var query = Heads(functional.linear(QueryNorm.Forward(queries), Query));
        var keyValue = functional.linear(SourceNorm.Forward(sources), KeyValue).chunk(2, -1);
        var gathered = functional.scaled_dot_product_attention(query, Heads(keyValue[0]), Heads(keyValue[1]), visible);
        return functional.linear(gathered.transpose(1, 2).flatten(2), Output, OutputBias).MoveToOuterDisposeScope();
    }

    /// <summary>[B, N, heads * d] to [B, heads, N, d]; channel = head * d + index.</summary>
    private Tensor Heads(Tensor tokens) => tokens.unflatten(2, [_heads, -1]).transpose(1, 2);
}
