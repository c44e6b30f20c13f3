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

    /// <summary>The files of the answers of several prompt groups, OUTPUT_GROUP.nii.gz; of one, or of whichever fits, the output itself.</summary>
    public static IReadOnlyList<SegmentationFiles> Of(string output, IReadOnlyList<string> groups, bool force)
    {
        var single = new SegmentationFiles(output, force);
        return groups.Count < 2 ? [single] : [.. groups.Select(group => new SegmentationFiles(single.NamesFor(groups)[group], force))];
    }

    public string LabelMap { get; }

    public string Table => _stem + ".json";

    /// <summary>Refuses, before the work begins, what is known to be refused by then.</summary>
    /// <param name="input">The volume, which is never replaced.</param>
    /// <param name="separate">Whether a mask per task is written instead of a label map.</param>
    /// <param name="tasks">The tasks that will be answered, once they are known.</param>
    /// <exception cref="HermesException">A file cannot be written, or must not be.</exception>
    public void CheckBefore(string input, bool separate, IReadOnlyList<string> tasks)
    {
        foreach (var file in separate ? [.. NamesFor(tasks).Values] : new[] { LabelMap })
        {
            OutputFile.Check(file, _force, input);
        }

        OutputFile.Check(Table, _force, input);
    }

    /// <summary>Fetches the answer, each file verified and renamed into place.</summary>
    public async Task<IReadOnlyList<SegmentationDocument.TaskRow>> WriteAsync(
        HermesClient client, SegmentationResult result, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        OutputFile.MakeFolder(LabelMap);
        if (result.LabelMap is { } labelMap)
        {
            await client.Blobs.DownloadAsync(labelMap, LabelMap, progress, _force, cancellationToken);
        }

        var files = NamesFor([.. result.Tasks.Where(t => t.Mask is not null).Select(t => t.Task)]);
        foreach (var task in result.Tasks.Where(t => t.Mask is not null))
        {
            await client.Blobs.DownloadAsync(task.Mask!, files[task.Task], progress, _force, cancellationToken);
        }

        return [.. result.Tasks.Select(t => new SegmentationDocument.TaskRow(t.Task, t.Value, t.VolumeMl, files.GetValueOrDefault(t.Task)))];
    }

    /// <summary>Writes the label table beside the answer.</summary>
    public async Task WriteTableAsync(SegmentationDocument document, CancellationToken cancellationToken) =>
        await JsonFile.WriteAsync(Table, document, _force, cancellationToken);

    /// <summary>A file for each of several tasks or prompt groups: the output's name with theirs, reduced to what every file system takes and kept apart.</summary>
    internal Dictionary<string, string> NamesFor(IReadOnlyList<string> parts)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts)
        {
            var name = string.Concat(part.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
            var candidate = name;
            for (var n = 2; !taken.Add(candidate); n++)
            {
                candidate = $"{name}_{n}";
            }

            files[part] = $"{_stem}_{candidate}{Ending}";
        }

        return files;
    }
}
