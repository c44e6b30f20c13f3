using System.Collections.Immutable;
using Hermes.Imaging.Prompts;
using Hermes.Model.Network;
using static TorchSharp.torch;

namespace Hermes.Model.Inference;

/// <summary>A prompted network as a function of windows.</summary>
internal static class NetworkWindows
{
    /// <summary>The logits of one prompt.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sample">The prompt.</param>
    /// <param name="posterior">Shown the posterior tokens [B, n + l, C] of every batch, one tensor per fusion scale; valid during the call only.</param>
    public static WindowLogits Of(PromptedNetwork network, SamplePrompt sample, Action<IReadOnlyList<Tensor>> posterior) => windows =>
    {
        var output = network.Forward(windows, Prompt(sample, windows));
        posterior(output.PosteriorTokens);
        return output.MaskLogits.narrow(1, 0, sample.Tasks.Length);
    };

    /// <summary>The logits of several prompts behind one another, without the null tokens; what comes before the first fusion is computed once.</summary>
    public static WindowLogits Of(HermesNetwork trunk, ImmutableArray<(SamplePrompt Sample, Branch? Branch)> prompts) => windows =>
    {
        var encoded = trunk.Encode(windows);
        return cat([.. prompts.Select(p => Answer(p.Sample, p.Branch))], 1);

        Tensor Answer(SamplePrompt sample, Branch? branch) => trunk.Answer(encoded, Prompt(sample, windows), branch).MaskLogits.narrow(1, 0, sample.Tasks.Length);
    };

    private static Prompt Prompt(SamplePrompt sample, Tensor windows) => new(Enumerable.Repeat(sample, (int)windows.shape[0]));
}
