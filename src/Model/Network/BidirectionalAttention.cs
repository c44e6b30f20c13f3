using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>
/// Voxels and tokens gather from each other (docs/method.md, Hermes-M): one affinity between them is normalised over the tokens for the voxels,
/// and over the voxels for the tokens.
/// </summary>
internal sealed class BidirectionalAttention : Module
{
    private static readonly Scalar Nothing = double.NegativeInfinity;
    private readonly int _heads;
    // Held to the end: see KeptScalar.
    private readonly Scalar _scale;

    /// <param name="from">Channels of the map.</param>
    /// <param name="to">Channels of what the voxels gather, and of the tokens.</param>
    /// <param name="heads">How many affinities there are.</param>
    /// <param name="projectsTokens">Whether what the tokens gather is projected; not where nobody else reads it.</param>
    /// <param name="source">Draws first values.</param>
    public BidirectionalAttention(int from, int to, int heads, bool projectsTokens, ParameterSource source)
        : base(nameof(BidirectionalAttention))
    {
        _heads = heads;
        _scale = 1 / Math.Sqrt((double)to / heads);
        QueryValue = new SeparableConvolution(from, 2 * to, source);
        Output = new SeparableConvolution(to, to, source);
        TokenQueryValue = source.Linear(to, 2 * to);
        TokenOutput = projectsTokens ? source.Linear(to, to) : null;
        register_module("queryValue", QueryValue);
        register_module("output", Output);
        register_parameter("tokenQueryValue", TokenQueryValue);
        if (TokenOutput is not null)
        {
            register_parameter("tokenOutput", TokenOutput);
        }
    }

    public SeparableConvolution QueryValue { get; }

    public SeparableConvolution Output { get; }

    public Parameter TokenQueryValue { get; }

    public Parameter? TokenOutput { get; }

    /// <summary>[B, from, D, H, W] and [B, T, to] to what both gathered: [B, to, D, H, W] and [B, T, to].</summary>
    /// <param name="features">The map.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="visible">[B, 1, 1, T]: which tokens the voxels see; all if null.</param>
    public (Tensor Features, Tensor Tokens) Forward(Tensor features, Tensor tokens, Tensor? visible)
    {
        using var scope = NewDisposeScope();
        var mapped = QueryValue.Forward(features);
        (var shape, var type) = (mapped.shape, mapped.dtype);
        (var query, var value) = Heads(mapped.to_type(tokens.dtype).permute(0, 2, 3, 4, 1).flatten(1, 3));
        (var tokenQuery, var tokenValue) = Heads(functional.linear(tokens, TokenQueryValue));
        var affinity = query.bmm(tokenQuery.transpose(1, 2)).mul(_scale);
        var seen = visible is null ? affinity : Hide(affinity, visible);
        var gathered = Channels(seen.softmax(2).bmm(tokenValue)).unflatten(1, shape[2..]).permute(0, 4, 1, 2, 3);
        var told = Channels(affinity.softmax(1).transpose(1, 2).bmm(value));
        var projected = TokenOutput is null ? told : functional.linear(told, TokenOutput);
        return (Output.Forward(gathered.to_type(type)).MoveToOuterDisposeScope(), projected.MoveToOuterDisposeScope());
    }

    private Tensor Hide(Tensor affinity, Tensor visible)
    {
        using var hidden = visible.logical_not().expand(-1, _heads, -1, -1).flatten(0, 1);
        return affinity.masked_fill(hidden, Nothing);
    }

    /// <summary>[B, N, 2 * d * heads] to queries and values, each [B * heads, N, d]; channel = index * heads + head, unlike in <see cref="CrossAttention"/>.</summary>
    private (Tensor Query, Tensor Value) Heads(Tensor both)
    {
        var parts = both.unflatten(2, [2, -1, _heads]).permute(2, 0, 4, 1, 3).flatten(1, 2).unbind(0);
        return (parts[0], parts[1]);
    }

    /// <summary>[B * heads, N, d] to [B, N, d * heads].</summary>
    private Tensor Channels(Tensor heads) => heads.unflatten(0, [-1, _heads]).permute(0, 2, 3, 1).flatten(2);
}
