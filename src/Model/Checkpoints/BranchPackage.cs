using System.Security.Cryptography;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Model.Network;
using static TorchSharp.torch;

namespace Hermes.Model.Checkpoints;

/// <summary>
/// A published branch: averaged weights under the official names of the tensors they stand in for, in one safetensors file that names its trunk.
/// The same trunk, cases, configuration and seed give the same bytes.
/// </summary>
public sealed class BranchPackage : IDisposable
{
    private BranchPackage(BranchDescription description, Branch branch, string digest)
    {
        Description = description;
        Branch = branch;
        Digest = digest;
    }

    /// <summary>SHA-256 of the file.</summary>
    public string Digest { get; }

    /// <summary>What the file says about itself.</summary>
    public BranchDescription Description { get; }

    /// <summary>The branch with its averaged weights.</summary>
    public Branch Branch { get; }

    /// <summary>Makes a package from the averaged weights of a branch's checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint file.</param>
    /// <param name="path">The package to appear.</param>
    /// <exception cref="InvalidDataException">It is not the checkpoint of a branch.</exception>
    public static WrittenFile Publish(string checkpoint, string path)
    {
        using var file = SafetensorsFile.Open(checkpoint);
        var branch = CheckpointState.Read(file).Branch ?? throw new InvalidDataException($"'{checkpoint}' is not the checkpoint of a branch.");
        return SavedParameters.Publish(file, path, branch.Metadata());
    }

    /// <summary>Loads a branch beside its trunk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trunk">The package it is laid over.</param>
    /// <exception cref="InvalidDataException">The file is not a complete branch, or belongs to another trunk.</exception>
    public static BranchPackage Load(string path, ModelPackage trunk)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        using var file = SafetensorsFile.Open(path);
        var description = BranchDescription.Of(file.Header, path);
        RequireTrunk(description, trunk);
        RequireRows(file, description, trunk.Network.Configuration);
        using var generator = new Generator(0);
        var branch = new Branch(trunk.Network, description.Vocabulary(), description.OwnsStages, generator);
        branch.NamedParameters().Fill(file);
        foreach (var parameter in branch.parameters())
        {
            parameter.requires_grad = false;
        }

        branch.eval();
        using var bytes = File.OpenRead(path);
        return new BranchPackage(description, branch, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>Refuses another trunk than its own, over which it would mean nothing.</summary>
    /// <exception cref="InvalidDataException">It is another.</exception>
    public void RequireTrunk(ModelPackage trunk)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        RequireTrunk(Description, trunk);
    }

    /// <inheritdoc/>
    public void Dispose() => Branch.Dispose();

    // Before memory is taken for them: what a description names may be more than its file holds.
    private static void RequireRows(SafetensorsFile file, BranchDescription description, NetworkConfiguration network)
    {
        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            if (description.Tasks.Count > 0)
            {
                file.RequireFloats(OfficialNames.TaskPriors(network.Architecture, scale), [description.Tasks.Count, network.FusionWidths[scale]]);
            }

            if (description.Modalities.Count > 0)
            {
                file.RequireFloats(OfficialNames.ModalityPriors(network.Architecture, scale), [description.Modalities.Count, network.ModalityTokens, network.FusionWidths[scale]]);
            }
        }
    }

    private static void RequireTrunk(BranchDescription description, ModelPackage trunk)
    {
        if (description.Trunk != trunk.Digest)
        {
            throw new InvalidDataException($"The branch of '{description.Group.Name}' belongs to the trunk {description.Trunk}, not to {trunk.Digest}.");
        }
    }
}
