using System.Security.Cryptography;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using static TorchSharp.torch;

namespace Hermes.Model.Checkpoints;

/// <summary>
/// The published artefact, and the trunk of branches: averaged weights under their official names and everything needed to use them, in one safetensors
/// file. It never learns. The same run from the same seed gives the same bytes.
/// </summary>
public sealed class ModelPackage : IDisposable
{
    private ModelPackage(string digest, ModelDescription description, HermesNetwork network)
    {
        Digest = digest;
        Description = description;
        Configuration = description.TrainingConfiguration();
        Plan = description.PreprocessingPlan();
        Network = network;
    }

    /// <summary>SHA-256 of the file, which a branch names as its trunk.</summary>
    public string Digest { get; }

    /// <summary>What the file says about itself.</summary>
    public ModelDescription Description { get; }

    /// <summary>How it was trained.</summary>
    public TrainingConfiguration Configuration { get; }

    /// <summary>How images are prepared for it.</summary>
    public PreprocessingPlan Plan { get; }

    /// <summary>The network with its averaged weights.</summary>
    public HermesNetwork Network { get; }

    /// <summary>Where the weights are.</summary>
    public Device Device => Network.Device;

    /// <summary>What was prompted together in training, one group per dataset.</summary>
    public IReadOnlyList<DatasetPrompt> PromptGroups => Description.PromptGroups;

    /// <summary>Makes a package from the averaged weights of a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint file.</param>
    /// <param name="path">The package to appear.</param>
    public static WrittenFile Publish(string checkpoint, string path)
    {
        using var file = SafetensorsFile.Open(checkpoint);
        var state = CheckpointState.Read(file);
        var model = state.Model ?? throw new InvalidDataException($"'{checkpoint}' is the checkpoint of a branch.");
        return SavedParameters.Publish(file, path, model.Metadata());
    }

    /// <summary>Loads a package.</summary>
    /// <param name="path">The file.</param>
    /// <param name="runtime">Device and number format; the CPU and what the training used if null.</param>
    /// <exception cref="InvalidDataException">The file is not a complete package.</exception>
    public static ModelPackage Load(string path, TorchRuntimeState? runtime = null)
    {
        using var file = SafetensorsFile.Open(path);
        var description = ModelDescription.Of(file.Header, path);
        var (shape, vocabulary) = (description.TrainingConfiguration().Network, VocabularyOf(description));
        using (var outline = HermesNetwork.Undrawn(shape, vocabulary, META))
        {
            // Before memory is taken for it: what a description claims may be larger than its file.
            outline.NamedParameters().Require(file);
        }

        var network = HermesNetwork.Undrawn(shape, vocabulary, runtime?.Device);
        network.NamedParameters().Fill(file);
        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        network.Precision = description.TrainingConfiguration().Precision(runtime);
        network.eval();
        using var bytes = File.OpenRead(path);
        return new ModelPackage(Convert.ToHexStringLower(SHA256.HashData(bytes)), description, network);
    }

    /// <summary>What its rows are of.</summary>
    internal static PriorVocabulary VocabularyOf(ModelDescription description) =>
        new(description.Tasks, description.Modalities) { SpareTasks = description.SpareTasks, SpareModalities = description.SpareModalities };

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}
