using Hermes.Cli.Verbs;
using Hermes.Client;
using Hermes.Client.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Cli.Output;

/// <summary>The files a segmentation is written to.</summary>
internal sealed class SegmentationFiles
{
    private const string Ending = ".nii.gz";
    private readonly string _stem;
    private readonly bool _force;

    public SegmentationFiles(string output, bool force)
    {
        if (!output.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) || Path.GetFileName(output).Length == Ending.Length)
        {
            throw new UsageException($"The output is '{output}'; a file name ending in {Ending} was expected.", "For example -o organs.nii.gz.");
        }

        LabelMap = output;
        _stem = output[..^Ending.Length];
        _force = force;
    }

    public string LabelMap { get; }

    public string Table => _stem + ".json";

    /// <summary>Finds out before the work begins whether its result can be written.</summary>
    public void CheckBefore(bool separate)
    {
        if (Directory.Exists(LabelMap))
        {
            throw new HermesException($"{LabelMap} is a folder; a file name was expected.", LabelMap);
        }

        foreach (var file in separate ? [Table] : new[] { LabelMap, Table })
        {
            RefuseToReplace(file);
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(LabelMap))!;
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(Path.Combine(folder, $".{Guid.NewGuid():N}.part"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HermesException($"The folder {folder} cannot be written to: {e.Message.TrimEnd('.')}.", e) { File = LabelMap };
        }
    }

    /// <summary>Fetches the answer, each file verified and renamed into place.</summary>
    public async Task<IReadOnlyList<SegmentationDocument.TaskRow>> WriteAsync(
        HermesClient client, SegmentationResult result, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (result.LabelMap is { } labelMap)
        {
            await client.Blobs.DownloadAsync(labelMap, LabelMap, progress, cancellationToken);
        }

        var files = MaskFiles(result);
        foreach (var file in files.Values)
        {
            RefuseToReplace(file);
        }

        foreach (var task in result.Tasks.Where(t => t.Mask is not null))
        {
            await client.Blobs.DownloadAsync(task.Mask!, files[task.Task], progress, cancellationToken);
        }

        return [.. result.Tasks.Select(t => new SegmentationDocument.TaskRow(t.Task, t.Value, t.VolumeMl, files.GetValueOrDefault(t.Task)))];
    }

    /// <summary>Writes the label table beside the answer.</summary>
    public async Task WriteTableAsync(SegmentationDocument document, CancellationToken cancellationToken) =>
        await JsonFile.WriteAsync(Table, document, cancellationToken);

    /// <summary>A mask's name is the output's with the task's, reduced to what every file system takes and kept apart.</summary>
    internal Dictionary<string, string> MaskFiles(SegmentationResult result)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var task in result.Tasks.Where(t => t.Mask is not null))
        {
            var name = string.Concat(task.Task.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
            var candidate = name;
            for (var n = 2; !taken.Add(candidate); n++)
            {
                candidate = $"{name}_{n}";
            }

            files[task.Task] = $"{_stem}_{candidate}{Ending}";
        }

        return files;
    }

    private void RefuseToReplace(string file)
    {
        if (!_force && File.Exists(file))
        {
            throw new HermesException($"{file} exists already.", file, "Choose another name, or replace it with --force.");
        }
    }
}
