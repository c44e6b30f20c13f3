using Hermes.Client.Blobs;
using Hermes.Client.Connection;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;

namespace Hermes.Client.Models;

/// <summary>Models as files: weights that are taken in, and given out.</summary>
public sealed class ModelFileClient
{
    /// <summary>The weights in a folder that holds an exported model.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>What such a folder says of them.</summary>
    public const string DescriptionFile = "model.json";

    private const string Packages = "packages";
    private const long LargestDescription = 64 << 20;

    private readonly PlatformConnection _connection;
    private readonly BlobClient _blobs;

    internal ModelFileClient(PlatformConnection connection, BlobClient blobs) => (_connection, _blobs) = (connection, blobs);

    /// <summary>Makes a model version of a file of weights and waits for it. The same file under the same name is the same version.</summary>
    /// <param name="file">A checkpoint of PyTorch (.pth), an exported model (.safetensors), or the folder of one.</param>
    /// <param name="model">What the model is to be called.</param>
    /// <param name="tasksFile">What the rows of a checkpoint mean (YAML); null for the published tasks.</param>
    /// <param name="transfer">Told how far the file is sent.</param>
    /// <param name="progress">Told of every event of the import's story.</param>
    /// <param name="cancellationToken">Gives up waiting; the import goes on.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="HermesException">The file is none of these, or cannot be read.</exception>
    public async Task<ImportStatus> ImportAsync(
        string file, string model, string? tasksFile, IProgress<TransferProgress>? transfer = null, IProgress<ProgressEvent>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Names.Require(model, "model");
        var tasks = tasksFile is null ? null : Tasks(tasksFile);
        var (weights, digest) = Weights(file);
        var blob = await _blobs.HashAsync(weights, IsSafetensors(weights) ? MediaTypes.Safetensors : MediaTypes.Torch, transfer, cancellationToken).ConfigureAwait(false);
        if (digest is not null && blob.Sha256 != digest)
        {
            throw new HermesException($"{weights} was changed since it was exported: its digest is {blob.Sha256}, {digest} was exported.", weights, "Copy the folder, or export it, again.");
        }

        RequireReadable(weights);
        await _blobs.UploadAsync(weights, blob, transfer, cancellationToken).ConfigureAwait(false);
        var request = new ImportRequest { Model = model, File = blob, FileName = weights, Tasks = tasks, TasksFile = tasksFile };
        return await LongWork.EndAsync(
            await CallAsync((import, token) => import.AskAsync(request, token)).ConfigureAwait(false),
            status => status.State != ImportState.Queued,
            () => CallAsync((import, token) => import.GetAsync(token)),
            seen => _connection.WatchAsync((grains, after, token) => Grain(grains).WatchAsync(after, token), seen, cancellationToken),
            progress).ConfigureAwait(false);

        Task<ImportStatus> CallAsync(Func<IModelImportGrain, CancellationToken, Task<ImportStatus>> call) =>
            _connection.CallAsync((grains, token) => call(Grain(grains), token), cancellationToken);

        IModelImportGrain Grain(IGrainFactory grains) => grains.GetGrain<IModelImportGrain>(request.Key());
    }

    /// <summary>The version with one branch alone, or with none: what answers one of its prompt groups.</summary>
    /// <exception cref="HermesException">It has no such prompt group.</exception>
    public static ModelVersion Only(ModelVersion version, string group)
    {
        ArgumentNullException.ThrowIfNull(version);
        var content = version.Content;
        return content.Groups().Any(g => g.Name == group)
            ? version with { Content = content with { Branches = [.. content.Branches.Where(b => b.Group.Name == group)] } }
            : throw new HermesException(
                $"{version.Model}@{version.Version} has no prompt group '{group}'.", hint: $"It has {string.Join(", ", content.Groups().Select(g => g.Name))}.");
    }

    /// <summary>What a file of a version answers: with the stages of a branch in place, a checkpoint of PyTorch answers the branch's prompt group alone.</summary>
    public static IEnumerable<PromptGroup> Answered(ModelVersion version, ExportForm form)
    {
        ArgumentNullException.ThrowIfNull(version);
        return form == ExportForm.Torch && version.Content.Branches is [{ Policy: BranchPolicy.Branch } only] ? [only.Group] : version.Content.Groups();
    }

    /// <summary>Writes a model version to files. Nothing is replaced: what is there under the name is refused.</summary>
    /// <param name="version">The version; a checkpoint of PyTorch holds at most one of its branches.</param>
    /// <param name="target">Where, and as what.</param>
    /// <param name="progress">Told how far its parts are fetched.</param>
    /// <param name="cancellationToken">Stops; nothing is left behind.</param>
    /// <returns>The whole path of what was written.</returns>
    /// <exception cref="HermesException">It cannot be written so, or its parts are damaged or gone.</exception>
    public async Task<string> ExportAsync(
        ModelVersion version, ExportTarget target, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(target);
        RequireOneBranch(version, target);
        var full = Path.GetFullPath(Path.TrimEndingDirectorySeparator(target.Path));
        var folder = $"{full}.{Guid.NewGuid():N}.part";
        var opened = new List<SafetensorsFile>();
        try
        {
            Directory.CreateDirectory(folder);
            var packages = Path.Combine(folder, Packages);
            Directory.CreateDirectory(packages);
            foreach (var package in version.Content.Branches.Select(b => b.Package).Prepend(version.Content.Package))
            {
                var copy = Path.Combine(packages, package.Sha256);
                await _blobs.DownloadAsync(package, copy, progress, cancellationToken: cancellationToken).ConfigureAwait(false);
                opened.Add(SafetensorsFile.Open(copy));
            }

            var (trunk, branches) = (opened[0], opened[1..]);
            return target.Form == ExportForm.Torch ? Torch(folder, full, version, trunk, branches) : Safetensors(folder, full, version, trunk, branches, target.Form);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw UserFile.Explain(target.Path, e);
        }
        finally
        {
            opened.ForEach(file => file.Dispose());
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static string Torch(string folder, string full, ModelVersion version, SafetensorsFile trunk, IReadOnlyList<SafetensorsFile> branches)
    {
        var weights = Path.Combine(folder, "model.pth");
        OfficialStateDict.Write(weights, version, trunk, branches.SingleOrDefault());
        File.Move(weights, full, overwrite: false);
        return full;
    }

    private static string Safetensors(
        string folder, string full, ModelVersion version, SafetensorsFile trunk, IReadOnlyList<SafetensorsFile> branches, ExportForm form)
    {
        var (weights, export) = (Path.Combine(folder, WeightsFile), ExportedFile.Describe(version, trunk));
        var written = ExportedFile.Write(weights, export, trunk, branches);
        if (form == ExportForm.Safetensors)
        {
            File.Move(weights, full, overwrite: false);
            return full;
        }

        File.WriteAllText(Path.Combine(folder, DescriptionFile), (export with { Weights = written.Sha256 }).ToText());
        Directory.Delete(Path.Combine(folder, Packages), recursive: true);
        if (Directory.Exists(full))
        {
            // Refuses one that is not empty.
            Directory.Delete(full);
        }

        Directory.Move(folder, full);
        return full;
    }

    private static void RequireOneBranch(ModelVersion version, ExportTarget target)
    {
        if (target.Form == ExportForm.Torch && version.Content.Branches is { Count: > 1 } branches)
        {
            throw new HermesException(
                $"{version.Model}@{version.Version} has {branches.Count} branches, each with stages of its own; a checkpoint of PyTorch has room for those of one.",
                hint: $"Name a prompt group: {string.Join(", ", version.Content.Groups().Select(g => g.Name))}. A .safetensors file holds all.");
        }
    }

    private static string Tasks(string file)
    {
        var text = UserFile.ReadText(file, TrainingConfigurationReader.MaxLength);
        try
        {
            TaskList.Read(text, file);
            return text;
        }
        catch (ConfigurationException e)
        {
            throw new HermesException(e.Message, file);
        }
    }

    private static (string Weights, string? Digest) Weights(string file)
    {
        if (!Directory.Exists(file))
        {
            return (file, null);
        }

        var description = Path.Combine(file, DescriptionFile);
        if (!File.Exists(description))
        {
            throw new HermesException($"{file} is a folder without {DescriptionFile}.", file, "Name the folder of an exported model, or a file of weights.");
        }

        try
        {
            var export = ModelExport.FromJson(UserFile.ReadText(description, LargestDescription), description);
            return (Path.Combine(file, WeightsFile), export.Weights ?? throw new InvalidDataException($"'{description}' does not say the digest of its weights."));
        }
        catch (InvalidDataException e)
        {
            throw new HermesException(e.Message, description);
        }
    }

    private static bool IsSafetensors(string file) => Path.GetExtension(file).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);

    // Before it is sent: the platform looks more closely.
    private static void RequireReadable(string file)
    {
        try
        {
            if (IsSafetensors(file))
            {
                using var model = SafetensorsFile.Open(file);
                ModelDescription.Of(model.Header, file);
                return;
            }

            using var checkpoint = TorchCheckpointFile.Open(file);
        }
        catch (InvalidDataException e)
        {
            throw new HermesException(e.Message, file);
        }
        catch (IOException e)
        {
            throw UserFile.Explain(file, e);
        }
    }
}
