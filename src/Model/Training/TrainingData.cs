using System.Security.Cryptography;
using System.Text;
using Hermes.Imaging.Preprocessing;
using Hermes.Model.Network;

namespace Hermes.Model.Training;

/// <summary>Checks and names the data of a run.</summary>
internal static class TrainingData
{
    /// <exception cref="ArgumentException">Something does not fit.</exception>
    public static void Check(IReadOnlyList<PreparedDataset> datasets, PromptedNetwork network, PreprocessingPlan plan)
    {
        if (datasets.DistinctBy(dataset => dataset.Group.Name).Count() != datasets.Count)
        {
            throw new ArgumentException("Two datasets have the same name.", nameof(datasets));
        }

        var digest = plan.Digest;
        foreach (var dataset in datasets)
        {
            dataset.Group.Validate();
            network.Require(dataset.Group.Tasks, dataset.Group.Modality);
            foreach (var volume in dataset.Training.Concat(dataset.Validation))
            {
                if (!volume.HasLabels)
                {
                    throw new ArgumentException($"The case '{volume.Header.CaseId}' of '{dataset.Group.Name}' has no labels.", nameof(datasets));
                }

                if (volume.Header.PlanDigest != digest)
                {
                    throw new ArgumentException(
                        $"The case '{volume.Header.CaseId}' of '{dataset.Group.Name}' was prepared by another plan ({volume.Header.PlanDigest}, expected {digest}).", nameof(datasets));
                }
            }
        }
    }

    /// <summary>Digest over names, prompts and cases, in order.</summary>
    public static string Digest(IReadOnlyList<PreparedDataset> datasets)
    {
        var text = new StringBuilder();
        foreach (var dataset in datasets)
        {
            text.Append(dataset.Group.Name).Append('|').Append(dataset.Group.Modality).Append('\n');
            text.AppendJoin('\n', dataset.Group.Labels.Select(label => $"{label.Value} {label.Task}")).Append('\n');
            foreach ((var use, var volume) in dataset.Training.Select(c => ("train", c)).Concat(dataset.Validation.Select(c => ("validation", c))))
            {
                var header = volume.Header;
                text.AppendJoin(' ', use, header.CaseId, header.ImageDigest, header.LabelsDigest, header.PlanDigest).Append('\n');
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
