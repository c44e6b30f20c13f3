using System.Text.Json;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Packages;

namespace Hermes.Client.Models;

/// <summary>A model version in one safetensors file: every package it is made of can be had from it again, to the byte.</summary>
internal static class ExportedFile
{
    /// <summary>Writes the file.</summary>
    /// <param name="path">The file to appear.</param>
    /// <param name="export">What it says of itself.</param>
    /// <param name="trunk">The trunk's package.</param>
    /// <param name="branches">The packages of <see cref="ModelExport.Branches"/>, in their order.</param>
    public static WrittenFile Write(string path, ModelExport export, SafetensorsFile trunk, IReadOnlyList<SafetensorsFile> branches)
    {
        var metadata = new Dictionary<string, string>(trunk.Metadata) { [ModelExport.Key] = export.ToJson() };
        List<SafetensorsTensor> tensors = [.. InOrder(trunk, "")];
        foreach (var (branch, file) in export.Branches.Zip(branches))
        {
            var name = $"{ModelExport.BranchPrefix}{branch.Group.Name}";
            metadata[name] = file.Metadata["branch"];
            tensors.AddRange(InOrder(file, $"{name}/"));
        }

        return SafetensorsWriter.Write(path, metadata, tensors);
    }

    /// <summary>What a version says of itself.</summary>
    /// <param name="version">The version.</param>
    /// <param name="trunk">The trunk's package.</param>
    public static ModelExport Describe(ModelVersion version, SafetensorsFile trunk)
    {
        var (content, description) = (version.Content, ModelDescription.Of(trunk.Header, trunk.Path));
        return new ModelExport
        {
            Model = $"{version.Model}@{version.Version}",
            Digest = content.Digest(),
            Network = content.Network,
            Training = JsonSerializer.Deserialize<JsonElement>(description.Configuration),
            Plan = JsonSerializer.Deserialize<JsonElement>(description.Plan),
            Tasks = content.Tasks,
            Unverified = content.Unverified,
            Modalities = content.Modalities,
            PromptGroups = [.. content.Groups()],
            Run = version.Run,
            Origin = version.Origin,
            Datasets = version.Datasets,
            Published = version.Published,
            Trunk = content.Package.Sha256,
            Branches = content.Branches,
        };
    }

    private static IEnumerable<SafetensorsTensor> InOrder(SafetensorsFile file, string prefix) =>
        file.Tensors.Values.OrderBy(t => t.Begin).Select(t => new SafetensorsTensor(prefix + t.Name, t.Type, t.Shape, take => take(file.Read(t.Name))));
}
