using static TorchSharp.torch;

namespace Hermes.Model.Network;

/// <summary>A network as a prompt group runs it: the trunk, with the group's branch laid over it if it has one.</summary>
/// <param name="Trunk">The trunk.</param>
/// <param name="Branch">The group's branch.</param>
public sealed record PromptedNetwork(HermesNetwork Trunk, Branch? Branch = null)
{
    /// <summary>What learns when this is trained: the branch, or a trunk without one.</summary>
    internal nn.Module Learner => Branch is null ? Trunk : Branch;

    /// <summary>The parameters that learn.</summary>
    public IReadOnlyList<NetworkParameter> Learned => Branch?.NamedParameters() ?? Trunk.NamedParameters();

    /// <inheritdoc cref="HermesNetwork.Forward"/>
    public NetworkOutput Forward(Tensor image, Prompt prompt, bool auxiliary = false) => Trunk.Forward(image, prompt, Branch, auxiliary);

    /// <summary>Refuses a task or modality without a prior.</summary>
    /// <exception cref="ArgumentException">There is one; the message lists what is known.</exception>
    public void Require(IEnumerable<string> tasks, string? modality)
    {
        foreach (var task in tasks.Where(task => Branch?.Vocabulary.HasTask(task) != true))
        {
            Trunk.Priors.Vocabulary.TaskRow(task);
        }

        if (modality is not null && Branch?.Vocabulary.HasModality(modality) != true)
        {
            Trunk.Priors.Vocabulary.ModalityRow(modality);
        }
    }

    private HermesNetwork Like(Generator generator)
    {
        var network = HermesNetwork.Create(Trunk.Configuration, Trunk.Priors.Vocabulary, generator, Trunk.Device, Trunk.Stem.dtype);
        network.Precision = Trunk.Precision;
        return network;
    }

    /// <summary>A network whose learned parameters are the memory of this one's, with gradients of its own; the trunk of a branch never learns and is the same.</summary>
    public PromptedNetwork Sharing()
    {
        using var generator = new Generator(0);
        var lane = Branch is null
            ? new PromptedNetwork(Like(generator))
            : this with { Branch = new Branch(Trunk, Branch.Vocabulary, Branch.OwnsStages, generator) };
        using var frozen = no_grad();
        foreach ((var own, var shared) in lane.Learned.SelectMany(p => p.Pieces).Zip(Learned.SelectMany(p => p.Pieces)))
        {
            using var memory = shared.detach();
            own.set_(memory);
            own.requires_grad = shared.requires_grad;
        }

        return lane;
    }
}
