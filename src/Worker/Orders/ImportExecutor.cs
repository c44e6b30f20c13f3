using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
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
    private const int LongestName = 200;

    // Of tensors that do not fit, and of datasets.
    private const int MostTold = 1000;

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

    // A safetensors file has the JSON of its header there; a zip archive says how its first entry is compressed.
    private static bool IsExport(string path)
    {
        using var stream = File.OpenRead(path);
        stream.Position = Math.Min(SafetensorsHeader.PrefixBytes, stream.Length);
        return stream.ReadByte() == '{';
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
        RequireSound(description, description.PromptGroups);
        var export = checkpoint.Text(ModelExport.Key) is { } told ? ModelExport.FromJson(told, request.FileName) : null;
        var mismatches = checkpoint.Mismatches(description);
        if (mismatches.Count > 0)
        {
            return new ImportedModel { Taken = checkpoint.Taken, Mismatches = [.. mismatches.Take(MostTold).Select(Told)], Misfits = mismatches.Count };
        }

        pulse.At(WorkPhase.Store);
        var package = blobs.Store(MediaTypes.Safetensors, ".safetensors", to => checkpoint.Write(description, to));
        return new ImportedModel
        {
            Content = Content(description, package, checkpoint.Tensors.Values.Sum(tensor => tensor.Elements)),
            Origin = Origin(request, export),
            Datasets = Datasets([.. export?.Datasets ?? [], .. (export?.Branches ?? []).Select(b => b.Dataset)]),
            MadeOf = MadeOf(export),
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
        List<(ModelBranch Told, BranchDescription Own)> branches = [.. (export?.Branches ?? []).Select(b => (b, Described(file, request, b)))];
        RequireSound(
            description,
            description.PromptGroups.Concat(branches.Select(b => b.Own.Group)),
            [.. branches.SelectMany(b => b.Own.Tasks)],
            [.. branches.SelectMany(b => b.Own.Modalities)]);
        var datasets = Datasets([.. export?.Datasets ?? [], .. branches.Select(b => b.Told.Dataset)]);
        pulse.At(WorkPhase.Store);
        var trunk = Part(file, request, export?.Trunk, With(description.Metadata(), "model", file.Metadata["model"]), "");
        var content = Content(description, trunk, file.Tensors.Values.Where(t => !IsOfBranch(t)).Sum(Elements));
        return blobs.Read(trunk, trunkPath =>
        {
            using var package = ModelPackage.Load(trunkPath);
            return new ImportedModel
            {
                Content = content with
                {
                    Branches = [.. branches.Select(b => Branch(file, request, b.Told, b.Own, package)).OrderBy(b => b.Package.Sha256, StringComparer.Ordinal)],
                },
                Origin = Origin(request, export),
                Datasets = [.. datasets.Take(export?.Datasets.Count ?? 0)],
                MadeOf = MadeOf(export),
            };
        });
    }

    private ModelBranch Branch(SafetensorsFile file, ImportRequest request, ModelBranch told, BranchDescription description, ModelPackage trunk)
    {
        var prefix = $"{NameOf(told)}/";
        var package = Part(file, request, told.Package.Sha256, With(description.Metadata(), "branch", file.Metadata[NameOf(told)]), prefix);
        blobs.Read(package, path =>
        {
            using var branch = BranchPackage.Load(path, trunk);
            return branch.Digest;
        });
        return new ModelBranch
        {
            Package = package,
            Trunk = trunk.Digest,
            Group = description.Group.ToPromptGroup(),
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
            path, metadata, [.. tensors.Select(t => new SafetensorsTensor(t.Name[prefix.Length..], t.Type, t.Shape, take => take(file.Read(t.Name))))]));
        return digest is null || blob.Sha256 == digest ? blob : throw new HermesException(
            $"{request.FileName} was changed since it was exported: {(prefix.Length == 0 ? "its trunk" : $"'{prefix[..^1]}'")} has the digest {blob.Sha256}, {digest} was exported.",
            request.FileName,
            "Export it again.");
    }

    private static HermesException SaysItself(ImportRequest request) =>
        new($"{request.FileName} says itself which tasks it has.", request.FileName, "Import it without a list of tasks.");

    private static bool IsOfBranch(SafetensorsEntry tensor) => tensor.Name.StartsWith(ModelExport.BranchPrefix, StringComparison.Ordinal);

    private static long Elements(SafetensorsEntry tensor) => tensor.Length / SafetensorsEntry.ElementSize(tensor.Type);

    private static BranchDescription Described(SafetensorsFile file, ImportRequest request, ModelBranch? told) =>
        told is { Group.Name: not null, Package.Sha256: not null } && file.Metadata.TryGetValue(NameOf(told), out var text)
            ? BranchDescription.FromJson(text)
            : throw new InvalidDataException($"'{request.FileName}' does not describe its branch '{told?.Group?.Name}'.");

    private static string NameOf(ModelBranch branch) => $"{ModelExport.BranchPrefix}{branch.Group.Name}";

    // The text as it was written: this program may know less of it.
    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> metadata, string key, string text) => new(metadata) { [key] = text };

    private static ModelOrigin Origin(ImportRequest request, ModelExport? export) => new(Path.GetFileName(request.FileName), request.File.Sha256) { Exported = export?.Model };

    private static IReadOnlyList<string> MadeOf(ModelExport? export) => export is null ? [] : [export.Trunk, .. export.Branches.Select(b => b.Package.Sha256)];

    // They become names of actors.
    private static IReadOnlyList<PinnedDataset> Datasets(IReadOnlyList<PinnedDataset?> told) =>
        told.Count <= MostTold && told.All(IsSound)
            ? [.. told.OfType<PinnedDataset>()]
            : throw new InvalidDataException($"A model learned from at most {MostTold} datasets, each with a name SITE/DATASET; this one says otherwise.");

    private static bool IsSound(PinnedDataset? dataset) =>
        dataset is { Dataset: not null, Version: >= 0 } && dataset.Dataset.Split('/') is [var site, var name] && Names.IsValid(site) && Names.IsValid(name);

    // What a file says is not what a platform made until it was looked at.
    private static void RequireSound(
        ModelDescription description, IEnumerable<DatasetPrompt> groups, IReadOnlyList<string>? tasks = null, IReadOnlyList<string>? modalities = null)
    {
        description.PreprocessingPlan();
        var allTasks = description.Tasks.Concat(tasks ?? []).ToHashSet(StringComparer.Ordinal);
        var allModalities = description.Modalities.Concat(modalities ?? []).ToHashSet(StringComparer.Ordinal);
        if (allTasks.Concat(allModalities).FirstOrDefault(name => string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl)) is { } bad)
        {
            throw new InvalidDataException($"A task or modality has a name of {bad.Length} characters, or one that cannot be shown; at most {LongestName} are expected.");
        }

        if (description is { SpareTasks: < 0 } or { SpareModalities: < 0 })
        {
            throw new InvalidDataException("The description counts rows to spare below 0.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            group.Validate();
            if (!names.Add(Names.Require(group.Name, "prompt group")))
            {
                throw new InvalidDataException($"There are two prompt groups '{group.Name}'.");
            }

            if (group.Tasks.FirstOrDefault(task => !allTasks.Contains(task)) is { } unknown)
            {
                throw new InvalidDataException($"The prompt group '{group.Name}' asks for '{unknown}', of which there is no row.");
            }

            if (group.Modality is { } modality && !allModalities.Contains(modality))
            {
                throw new InvalidDataException($"The prompt group '{group.Name}' is of the modality '{modality}', of which there is no row.");
            }
        }

        if (names.Count == 0)
        {
            throw new InvalidDataException("There is no prompt group, so that nothing could be asked.");
        }
    }

    private static ModelVersionContent Content(ModelDescription description, BlobRef package, long parameters) => new()
    {
        Package = package,
        Tasks = description.Tasks,
        Modalities = description.Modalities,
        PromptGroups = [.. description.PromptGroups.Select(g => g.ToPromptGroup())],
        Network = description.TrainingConfiguration().Network.Name,
        Parameters = parameters,
        Score = description.Score,
        Unverified = description.Unverified,
    };

    private static TensorMismatch Told(WeightMismatch mismatch) => new(
        mismatch.Name, mismatch.Kind, mismatch.Expected is { } expected ? $"Float32 [{string.Join(", ", expected)}]" : "", mismatch.Found is { } found
            ? $"{found.Type} [{string.Join(", ", found.Shape)}]"
            : "");
}
