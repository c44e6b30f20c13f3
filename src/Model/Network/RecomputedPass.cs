using static TorchSharp.torch;

namespace Hermes.Model.Network;

/// <summary>
/// A pass through a network that learns, which keeps nothing of the stages at full and half resolution for the way back, where most of the memory would go,
/// and computes them once more there. The gradients are those of an ordinary pass to the bit.
/// </summary>
internal sealed class RecomputedPass
{
    private readonly PromptedNetwork _network;
    private readonly Tensor _image;
    private readonly Tensor _full;
    private readonly (Tensor Made, Tensor Read) _half;
    private readonly (Tensor Made, Tensor Read) _coarse;
    private readonly (Tensor Made, Tensor Read)[] _posterior;
    private readonly Tensor _atHalf;
    private readonly Tensor _atFull;

    /// <summary>Goes forward; all tensors belong to the caller's dispose scope until <see cref="Backward"/> is done.</summary>
    public RecomputedPass(PromptedNetwork network, Tensor image, Prompt prompt, bool auxiliary)
    {
        (_network, _image) = (network, image);
        (var trunk, var branch) = network;
        trunk.Check(image);
        _full = Forgotten(() => trunk.AtFull(image), trunk.Stem.requires_grad);
        (var half, var quarter) = trunk.Descend(_full);
        var rows = trunk.Priors.Locate(prompt, branch, image.device);
        var posterior = new Tensor[PriorPool.Scales];
        var coarse = trunk.Fuse(new EncodedImage(_full, half, quarter), rows, branch, posterior);
        (_half, _coarse) = (Cut(half), Cut(coarse));
        _posterior = [.. posterior.Select(Cut)];
        _atHalf = Forgotten(() => trunk.UpToHalf(_half.Read, _coarse.Read, branch));
        _atFull = Forgotten(() => trunk.UpToFull(_full, _atHalf, branch));
        Output = trunk.Heads(_atFull, _coarse.Read, [.. _posterior.Select(tokens => tokens.Read)], rows.Width, branch, auxiliary);
    }

    /// <summary>What the network answers.</summary>
    public NetworkOutput Output { get; }

    /// <summary>Adds the gradients of a loss of <see cref="Output"/> to the parameters that learn.</summary>
    public void Backward(Tensor loss)
    {
        (var trunk, var branch) = _network;
        loss.backward();
        Again(() => trunk.UpToFull(_full, _atHalf, branch), _atFull);
        Again(() => trunk.UpToHalf(_half.Read, _coarse.Read, branch), _atHalf);
        (Tensor Made, Tensor Read)[] cuts = [.. new[] { _half, _coarse }.Concat(_posterior).Where(cut => cut.Read.grad is not null)];
        autograd.backward([.. cuts.Select(cut => cut.Made)], [.. cuts.Select(cut => cut.Read.grad!)]);
        Again(() => trunk.AtFull(_image), _full);
    }

    // What was made is read by nobody any more: its memory is let go for that of the stage.
    private static void Again(Func<Tensor> stage, Tensor made)
    {
        using var scope = NewDisposeScope();
        using var gradient = made.grad;
        made.Dispose();
        if (gradient is not null && stage() is { requires_grad: true } again)
        {
            again.backward([gradient]);
        }
    }

    private static Tensor Forgotten(Func<Tensor> stage, bool learns = true)
    {
        using var frozen = no_grad();
        return stage().requires_grad_(learns);
    }

    private static (Tensor Made, Tensor Read) Cut(Tensor made) => (made, made.detach().requires_grad_(made.requires_grad));
}
