using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Prompts;
using Hermes.Model.Checkpoints;
using Hermes.Worker.Protocol;

namespace Hermes.Worker.Orders;

/// <summary>Makes packages of a file of weights: of a checkpoint of PyTorch, or of a model that a platform exported.</summary>
/// <param name="blobs">The blob store.</param>
/// <param name="loadLibtorch">Loads libtorch unless it is loaded.</param>
/// <param name="pulse">What is told meanwhile.</param>
internal sealed class ImportExecutor(WorkerBlobs blobs, Action loadLibtorch, Pulse pulse)
{
    public ImportedModel Execute(ImportOrder order, CancellationToken cancellationToken)
    {
        loadLibtorch();
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return blobs.Read(order.Request.File, path => IsExport(path) ? OfExport(path, order.Request) : OfCheckpoint(path, order.Request));
        }
        catch (Exception refusal) when (refusal is InvalidDataException or ConfigurationException or ArgumentException)
        {
            throw new HermesException(refusal.Message, order.Request.FileName);
        }
    }

    // A safetensors file begins with the length of its header, which has no such bytes.
    private static bool IsExport(string path)
    {
        using var stream = File.OpenRead(path);
        return stream.Length > SafetensorsHeader.PrefixBytes && stream.ReadByte() != 'P' && Peek(stream, SafetensorsHeader.PrefixBytes) == '{';
    }

    private static int Peek(FileStream stream, long at)
    {
        stream.Position = at;
        return stream.ReadByte();
    }

    private ImportedModel OfCheckpoint(string path, ImportRequest request)
    {
        using var checkpoint = OfficialCheckpoint.Open(path, request.FileName);
        if (checkpoint.Own is not null && request.Tasks is not null)
        {
            throw SaysItself(request);
        }

        if (checkpoint.Own is null && request.Tasks is null && (checkpoint.TaskRows, checkpoint.ModalityRows) != TaskList.PublishedRows)
        {
            throw new HermesException(
                $"{request.FileName} has {checkpoint.TaskRows} rows of task priors and {checkpoint.ModalityRows} of modality priors beside the null prior and the unknown modality; "
                + string.Create(CultureInfo.InvariantCulture, $"the published tasks are of {TaskList.PublishedRows.Tasks} and {TaskList.PublishedRows.Modalities}."),
                request.FileName,
                "Say what its rows mean in a list of tasks like config/universal/published_tasks.yaml, and give that too.");
        }

        var description = checkpoint.Own
            ?? checkpoint.Describe(request.Tasks is { } text ? TaskList.Read(text, request.TasksFile ?? "tasks") : TaskList.ReadFile(TaskList.PublishedFile));
        RequireGroups(description);
        var mismatches = checkpoint.Mismatches(description);
        if (mismatches.Count > 0)
        {
            return new ImportedModel { Taken = checkpoint.Taken, Mismatches = [.. mismatches.Select(Told)] };
        }

        pulse.At(WorkPhase.Store);
        var package = blobs.Store(MediaTypes.Safetensors, ".safetensors", to => checkpoint.Write(description, to));
        return new ImportedModel
        {
            Content = Content(description, package, checkpoint.Tensors.Values.Sum(tensor => tensor.Elements)),
            Origin = new ModelOrigin(request.FileName, request.File.Sha256),
            Taken = checkpoint.Taken,
        };
    }

    private ImportedModel OfExport(string path, ImportRequest request)
    {
        using var file = SafetensorsFile.Open(path);
        if (request.Tasks is not null)
        {
            throw SaysItself(request);
        }

        var export = file.Metadata.TryGetValue(ModelExport.Key, out var json) ? ModelExport.FromJson(json, request.FileName) : null;
        var description = ModelDescription.Of(file.Header, request.FileName);
        RequireGroups(description);
        pulse.At(WorkPhase.Store);
        var trunk = Part(file, request, export?.Trunk, description.Metadata(), "");
        var content = Content(description, trunk, file.Tensors.Values.Where(t => !IsOfBranch(t)).Sum(Elements));
        return blobs.Read(trunk, trunkPath =>
        {
            using var package = ModelPackage.Load(trunkPath);
            return new ImportedModel
            {
                Content = content with
                {
                    Branches = [.. (export?.Branches ?? []).Select(b => Branch(file, request, b, package)).OrderBy(b => b.Package.Sha256, StringComparer.Ordinal)],
                },
                Origin = new ModelOrigin(request.FileName, request.File.Sha256) { Exported = export?.Model },
                Datasets = export?.Datasets ?? [],
            };
        });
    }

    private ModelBranch Branch(SafetensorsFile file, ImportRequest request, ModelBranch told, ModelPackage trunk)
    {
        var prefix = $"{ModelExport.BranchPrefix}{told.Group.Name}/";
        var description = BranchDescription.FromJson(file.Metadata.GetValueOrDefault(prefix[..^1])
            ?? throw new InvalidDataException($"'{request.FileName}' does not describe its branch '{told.Group.Name}'."));
        var package = Part(file, request, told.Package.Sha256, description.Metadata(), prefix);
        blobs.Read(package, path =>
        {
            using var branch = BranchPackage.Load(path, trunk);
            return branch.Digest;
        });
        return new ModelBranch
        {
            Package = package,
            Trunk = trunk.Digest,
            Group = PromptGroupOf(description.Group),
            Tasks = description.Tasks,
            Modalities = description.Modalities,
            Policy = description.OwnsStages ? BranchPolicy.Branch : BranchPolicy.Priors,
            Dataset = told.Dataset,
            Parameters = file.Tensors.Values.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(Elements),
            Score = told.Score,
        };
    }

    // The same bytes as the package had, which its digest shows.
    private BlobRef Part(SafetensorsFile file, ImportRequest request, string? digest, IReadOnlyDictionary<string, string> metadata, string prefix)
    {
        var tensors = file.Tensors.Values.Where(t => prefix.Length == 0 ? !IsOfBranch(t) : t.Name.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(t => t.Begin);
        var blob = blobs.Store(MediaTypes.Safetensors, ".safetensors", path => SafetensorsWriter.Write(
            path, metadata, [.. tensors.Select(t => new SafetensorsTensor(t.Name[prefix.Length..], t.Type, t.Shape, () => file.Read(t.Name)))]));
        return digest is null || blob.Sha256 == digest ? blob : throw new HermesException(
            $"{request.FileName} was changed since it was exported: {(prefix.Length == 0 ? "its trunk" : $"'{prefix[..^1]}'")} has the digest {blob.Sha256}, {digest} was exported.",
            request.FileName,
            "Export it again.");
    }

    private static HermesException SaysItself(ImportRequest request) =>
        new($"{request.FileName} says itself which tasks it has.", request.FileName, "Import it without a list of tasks.");

    private static bool IsOfBranch(SafetensorsEntry tensor) => tensor.Name.StartsWith(ModelExport.BranchPrefix, StringComparison.Ordinal);

    private static long Elements(SafetensorsEntry tensor) => tensor.Length / SafetensorsEntry.ElementSize(tensor.Type);

    private static void RequireGroups(ModelDescription description)
    {
        foreach (var group in description.PromptGroups)
        {
            group.Validate();
            Names.Require(group.Name, "prompt group");
            if (group.Tasks.FirstOrDefault(task => !description.Tasks.Contains(task)) is { } unknown)
            {
                throw new InvalidDataException($"The prompt group '{group.Name}' asks for '{unknown}', of which there is no row.");
            }
        }
    }

    private static ModelVersionContent Content(ModelDescription description, BlobRef package, long parameters) => new()
    {
        Package = package,
        Tasks = description.Tasks,
        Modalities = description.Modalities,
        PromptGroups = [.. description.PromptGroups.Select(PromptGroupOf)],
        Network = description.TrainingConfiguration().Network.Name,
        Parameters = parameters,
        Score = description.Score,
        Unverified = description.Unverified,
    };

    internal static PromptGroup PromptGroupOf(DatasetPrompt group) => new(
        group.Name, group.Modality ?? ModalityNames.Unknown, [.. group.Labels.Select(l => new PromptLabel(l.Value, l.Task))]);

    private static TensorMismatch Told(WeightMismatch mismatch) => new(
        mismatch.Name, mismatch.Kind, mismatch.Expected is { } expected ? $"Float32 [{string.Join(", ", expected)}]" : "", mismatch.Found is { } found
            ? $"{found.Type} [{string.Join(", ", found.Shape)}]"
            : "");
}
