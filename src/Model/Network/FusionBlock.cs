using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>One block of prior fusion (docs/method.md, Prior fusion): the priors gather evidence from the image, then condition it.</summary>
internal sealed class FusionBlock : Module
{
    public FusionBlock(int channels, int heads, int headDimension, ParameterSource source)
        : base(nameof(FusionBlock))
    {
        PriorAttention = new CrossAttention(channels, heads, headDimension, source);
        PriorFeedForward = new FeedForward(channels, source);
        ImageAttention = new CrossAttention(channels, heads, headDimension, source);
        ImageFeedForward = new FeedForward(channels, source);
        register_module("priorAttention", PriorAttention);
        register_module("priorFeedForward", PriorFeedForward);
        register_module("imageAttention", ImageAttention);
        register_module("imageFeedForward", ImageFeedForward);
    }

    public CrossAttention PriorAttention { get; }

    public FeedForward PriorFeedForward { get; }

    public CrossAttention ImageAttention { get; }

    public FeedForward ImageFeedForward { get; }

    /// <summary>[B, V, C] image tokens and [B, K, C] priors; returns both, updated.</summary>
    public (Tensor Image, Tensor Priors) Forward(Tensor image, Tensor priors, Tensor? visible)
    {
        using var scope = NewDisposeScope();
        priors = priors.Plus(PriorAttention.Forward(priors, image));
        priors = priors.Plus(PriorFeedForward.Forward(priors));
        image = image.Plus(ImageAttention.Forward(image, priors, visible));
        image = image.Plus(ImageFeedForward.Forward(image));
        return (image.MoveToOuterDisposeScope(), priors.MoveToOuterDisposeScope());
    }
}
