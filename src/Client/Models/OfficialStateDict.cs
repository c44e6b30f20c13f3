using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.WorkOrders;
using System.Collections.Immutable;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Prompts;

namespace Hermes.Client.Models;

/// <summary>
/// A model version as the official implementation has it: the trunk's tensors under their names and in their order. A branch is put in place: its decoder stages
/// instead of the trunk's, its prior rows behind those of the trunk's tasks and before rows to spare and the null prior.
/// </summary>
internal static class OfficialStateDict
{
    private const string TaskTable = ".task_prior";
    private const string ModalityTable = ".modality_prior";

    // A branch brings no rows for the modality head, which is not asked when it answers.
    private static readonly string[] ModalityHead = ["mod_out.classifier.fc2.weight", "mod_out.classifier.fc2.bias"];

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="path">The file to appear.</param>
    /// <param name="version">The version, with at most one branch.</param>
    /// <param name="trunk">The trunk's package.</param>
    /// <param name="branch">The branch's package.</param>
    public static void Write(string path, ModelVersion version, SafetensorsFile trunk, SafetensorsFile? branch)
    {
        var own = version.Content.Branches.SingleOrDefault();
        var (tasks, modalities) = (version.Content.Tasks.Count, version.Content.Modalities.Count);
        var description = ModelDescription.Of(trunk.Header, trunk.Path);
        TorchCheckpointWriter.Write(
            path,
            [.. trunk.Tensors.Values.OrderBy(t => t.Begin).Select(Tensor)],
            under: "model_state_dict",
            beside:
            [
                new("epoch", new TorchWholeNumber(description.Steps / TrainingConfiguration.OfficialStepsPerEpoch)),
                new("ema_model_state_dict", TorchNone.Instance),
                new(ModelDescription.TorchKey, new TorchText(With(description, own).ToJson())),
                new(ModelExport.Key, new TorchText(ExportedFile.Describe(version, trunk).ToJson())),
            ]);

        TorchTensorSource Tensor(SafetensorsEntry tensor)
        {
            var its = branch?.Tensors.GetValueOrDefault(tensor.Name);
            if (its is not null && Row(tensor.Name) is { } row)
            {
                return Grown(tensor, row, its.Shape[0], () => branch!.Read(tensor.Name));
            }

            if (its is null && own is { Modalities.Count: > 0 and var count } && ModalityHead.Contains(tensor.Name))
            {
                return Grown(tensor, modalities, count, () => new byte[tensor.Length / tensor.Shape[0] * count]);
            }

            return Source(tensor.Name, tensor.Shape, stream => stream.Write(its is null ? trunk.Read(tensor.Name) : branch!.Read(tensor.Name)));
        }

        int? Row(string name) => name.EndsWith(TaskTable, StringComparison.Ordinal) ? tasks : name.EndsWith(ModalityTable, StringComparison.Ordinal) ? modalities : null;

        TorchTensorSource Grown(SafetensorsEntry tensor, int row, long count, Func<byte[]> rows) => Source(
            tensor.Name, [tensor.Shape[0] + count, .. tensor.Shape.Skip(1)], stream =>
            {
                var bytes = trunk.Read(tensor.Name);
                var before = (int)(bytes.Length / tensor.Shape[0] * row);
                stream.Write(bytes.AsSpan(0, before));
                stream.Write(rows());
                stream.Write(bytes.AsSpan(before));
            });
    }

    // The trunk's groups were answered with other stages than those that are in place where a branch brings its own.
    private static ModelDescription With(ModelDescription trunk, ModelBranch? branch) => branch is null ? trunk : trunk with
    {
        Tasks = [.. trunk.Tasks, .. branch.Tasks],
        Modalities = [.. trunk.Modalities, .. branch.Modalities],
        PromptGroups = [.. branch.Policy == BranchPolicy.Branch ? ImmutableArray<DatasetPrompt>.Empty : trunk.PromptGroups, Prompt(branch.Group)],
        Score = branch.Score,
    };

    private static DatasetPrompt Prompt(PromptGroup group) => new(
        group.Name, group.Modality == ModalityNames.Unknown ? null : group.Modality, [.. group.Labels.Select(l => new LabelledTask((ushort)l.Value, l.Task))]);

    private static TorchTensorSource Source(string name, IReadOnlyList<long> shape, Action<Stream> write) => new(name, TorchElementType.Float32, shape, write);
}
