using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>
/// Residual block of pre-activation units (section 1.4): norm, ReLU, convolution, twice, plus the input,
/// which passes a unit of its own where the width changes.
/// </summary>
internal sealed class ResidualBlock : Module
{
    private const double Epsilon = 1e-4;

    public ResidualBlock(int from, int to, ParameterSource source)
        : base(nameof(ResidualBlock))
    {
        Convolution1 = source.Convolution(from, to);
        Convolution2 = source.Convolution(to, to);
        Shortcut = from == to ? null : source.Convolution(from, to);
        register_parameter("convolution1", Convolution1);
        register_parameter("convolution2", Convolution2);
        if (Shortcut is not null)
        {
            register_parameter("shortcut", Shortcut);
        }
    }

    public Parameter Convolution1 { get; }

    public Parameter Convolution2 { get; }

    public Parameter? Shortcut { get; }

    /// <summary>[B, from, D, H, W] to [B, to, D, H, W].</summary>
    public Tensor Forward(Tensor features)
    {
        using var scope = NewDisposeScope();
        Tensor normalised = NormaliseAndActivate(features);
        Tensor inner = functional.conv3d(normalised, Convolution1, padding: [1, 1, 1]);
        Tensor residual = functional.conv3d(NormaliseAndActivate(inner), Convolution2, padding: [1, 1, 1]);
        Tensor carried = Shortcut is null ? features : functional.conv3d(normalised, Shortcut, padding: [1, 1, 1]);
        return (residual + carried).MoveToOuterDisposeScope();
    }

    private static Tensor NormaliseAndActivate(Tensor features) =>
        functional.relu(functional.instance_norm(features, use_input_stats: true, eps: Epsilon));
}
