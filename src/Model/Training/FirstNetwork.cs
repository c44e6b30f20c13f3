using Hermes.Imaging.Configuration;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>The network as which a run begins, with weights drawn from the run's seed where no others are given.</summary>
internal static class FirstNetwork
{
    /// <summary>A network of its own.</summary>
    /// <param name="configuration">How to train it.</param>
    /// <param name="vocabulary">Tasks and modalities in the order of their priors.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="runtime">Device and number format; the CPU and what the configuration asks for if null.</param>
    /// <param name="frozenEncoder">Whether the convolutions on the way down stay as they are.</param>
    public static PromptedNetwork New(
        TrainingConfiguration configuration, PriorVocabulary vocabulary, ulong seed, TorchRuntimeState? runtime, bool frozenEncoder = false)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(vocabulary);
        using var generator = new Generator(seed);
        var network = HermesNetwork.Create(configuration.Network, vocabulary, generator, runtime?.Device);
        network.Precision = configuration.Precision(runtime);
        return Learned(network, frozenEncoder);
    }

    /// <summary>A network that goes on from another one, with more priors.</summary>
    /// <param name="parent">The other one, which is copied.</param>
    /// <param name="configuration">How to train it.</param>
    /// <param name="vocabulary">Tasks and modalities in the order of their priors; those the parent does not know are drawn.</param>
    /// <param name="frozenEncoder">Whether the convolutions on the way down stay as they are.</param>
    /// <param name="seed">The run's seed.</param>
    public static PromptedNetwork Child(
        ModelPackage parent, TrainingConfiguration configuration, PriorVocabulary vocabulary, bool frozenEncoder, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(configuration);
        using var generator = new Generator(seed);
        var network = HermesNetwork.Create(configuration.Network, vocabulary, generator, parent.Device);
        network.Precision = parent.Network.Precision;
        network.BeginAs(parent.Network);
        return Learned(network, frozenEncoder);
    }

    /// <summary>A branch that begins as its trunk, or as another branch.</summary>
    /// <param name="trunk">The trunk, which stays as it is.</param>
    /// <param name="description">The branch.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="start">The branch as which it begins, if the description names one; it is not kept.</param>
    /// <exception cref="ArgumentException">The description begins as something else.</exception>
    public static PromptedNetwork Branch(ModelPackage trunk, BranchDescription description, ulong seed, BranchPackage? start)
    {
        ArgumentNullException.ThrowIfNull(description);
        if (start?.Digest != description.Start)
        {
            throw new ArgumentException($"The branch begins as {description.Start ?? "the trunk"}, not as {start?.Digest ?? "the trunk"}.", nameof(start));
        }

        var network = Branch(trunk, description, seed);
        network.Branch!.BeginAs(trunk.Network, start?.Branch, description.InitialPriors);
        return network;
    }

    /// <summary>A branch whose weights come from a checkpoint.</summary>
    /// <param name="trunk">The trunk, which stays as it is.</param>
    /// <param name="description">The branch.</param>
    /// <param name="seed">The run's seed.</param>
    public static PromptedNetwork Branch(ModelPackage trunk, BranchDescription description, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        ArgumentNullException.ThrowIfNull(description);
        using var generator = new Generator(seed);
        var branch = new Branch(trunk.Network, description.Vocabulary(), description.OwnsStages, generator);
        return new PromptedNetwork(trunk.Network, branch);
    }

    private static PromptedNetwork Learned(HermesNetwork network, bool frozenEncoder)
    {
        if (frozenEncoder)
        {
            network.FreezeEncoder();
        }

        return new PromptedNetwork(network);
    }
}
