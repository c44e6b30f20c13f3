using Hermes.Imaging.Prompts;
using Hermes.Model.Network;

namespace Hermes.Model.Inference;

/// <summary>A prompted network as a function of windows.</summary>
internal static class NetworkWindows
{
    public static WindowLogits Of(PromptedNetwork network, SamplePrompt sample) => windows =>
    {
        var prompt = new Prompt(Enumerable.Repeat(sample, (int)windows.shape[0]));
        return network.Forward(windows, prompt).MaskLogits;
    };
}
