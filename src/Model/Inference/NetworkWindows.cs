using System.Collections.Immutable;
using Hermes.Imaging.Prompts;
using Hermes.Model.Network;
using static TorchSharp.torch;

namespace Hermes.Model.Inference;

/// <summary>A prompted network as a function of windows.</summary>
internal static class NetworkWindows
{
    /// <summary>The logits of one prompt.</summary>
    public static WindowLogits Of(PromptedNetwork network, SamplePrompt sample) => Of(network.Trunk, [(sample, network.Branch)]);

    /// <summary>The logits of several prompts behind one another, without the null tokens; what comes before the first fusion is computed once.</summary>
    public static WindowLogits Of(HermesNetwork trunk, ImmutableArray<(SamplePrompt Sample, Branch? Branch)> prompts) => windows =>
    {
        var encoded = trunk.Encode(windows);
        return cat([.. prompts.Select(p => Answer(p.Sample, p.Branch))], 1);

        Tensor Answer(SamplePrompt sample, Branch? branch)
        {
            var prompt = new Prompt(Enumerable.Repeat(sample, (int)windows.shape[0]));
            return trunk.Answer(encoded, prompt, branch).MaskLogits.narrow(1, 0, sample.Tasks.Length);
        }
    };
}
