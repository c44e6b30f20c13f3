using Hermes.Grains.Interfaces;

namespace Hermes.Client.Datasets;

/// <summary>Finds images and labels on disk and pairs them by file stem.</summary>
/// <remarks>
/// The stem is the file name without <c>.nii</c> or <c>.nii.gz</c>, without a trailing <c>_0000</c> and, of labels, without a
/// trailing <c>_gt</c>, <c>_label</c>, <c>_labels</c> or <c>_seg</c>. A single image and a single label that were both named
/// outright are a pair whatever their names.
/// </remarks>
public sealed record CasePairing
{
    private static readonly string[] Endings = [".nii.gz", ".nii"];
    private static readonly string[] LabelSuffixes = ["_gt", "_labels", "_label", "_seg"];

    /// <summary>The cases: every image, with its label where one was found, in the order of their names.</summary>
    public required IReadOnlyList<CaseFiles> Cases { get; init; }

    /// <summary>Images for which no label was found.</summary>
    public required IReadOnlyList<string> ImagesWithoutLabel { get; init; }

    /// <summary>Labels for which no image was found; they are left out.</summary>
    public required IReadOnlyList<string> LabelsWithoutImage { get; init; }

    /// <summary>Pairs what two patterns match.</summary>
    /// <param name="images">A folder, a pattern such as <c>scans/*_0000.nii.gz</c>, or a file.</param>
    /// <param name="labels">The same for the labels; null when there are none.</param>
    /// <exception cref="HermesException">Nothing is there, two files have the same stem, or nothing pairs.</exception>
    public static CasePairing Find(string images, string? labels)
    {
        var imageFiles = Expand(images, "image");
        var labelFiles = labels is null ? [] : Expand(labels, "label");

        // One folder may hold both: then the names tell which is which.
        var both = imageFiles.Intersect(labelFiles).ToHashSet(StringComparer.Ordinal);
        imageFiles.RemoveAll(file => both.Contains(file) && HasLabelSuffix(file));
        labelFiles.RemoveAll(file => both.Contains(file) && !HasLabelSuffix(file));

        if (imageFiles is [var image] && labelFiles is [var label] && File.Exists(images) && File.Exists(labels))
        {
            return new CasePairing { Cases = [new CaseFiles(Stem(image, isLabel: false), image, label)], ImagesWithoutLabel = [], LabelsWithoutImage = [] };
        }

        var imageOf = ByStem(imageFiles, isLabel: false);
        var labelOf = ByStem(labelFiles, isLabel: true);
        var cases = imageOf.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new CaseFiles(pair.Key, pair.Value, labelOf.GetValueOrDefault(pair.Key)))
            .ToList();
        if (labels is not null && cases.TrueForAll(c => c.Label is null))
        {
            throw new HermesException(
                imageFiles.Count == 0
                    ? $"{images} holds labels only; no image is left to pair them with."
                    : $"None of {imageFiles.Count} images and {labelFiles.Count} labels have the same stem; the first ones are {Name(imageFiles)} and {Name(labelFiles)}.",
                labels,
                "An image 'case_0000.nii.gz' and a label 'case.nii.gz' or 'case_gt.nii.gz' belong together.");
        }

        return new CasePairing
        {
            Cases = cases,
            ImagesWithoutLabel = labels is null ? [] : [.. cases.Where(c => c.Label is null).Select(c => c.Image)],
            LabelsWithoutImage = [.. labelOf.Where(pair => !imageOf.ContainsKey(pair.Key)).Select(pair => pair.Value).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>The part of a file's name by which images and labels are paired.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isLabel">Whether it is a label volume, whose suffix is dropped too.</param>
    public static string Stem(string file, bool isLabel)
    {
        var name = Path.GetFileName(file);
        name = Without(name, Array.Find(Endings, ending => EndsWith(name, ending)));
        if (isLabel)
        {
            name = Without(name, Array.Find(LabelSuffixes, suffix => EndsWith(name, suffix)));
        }

        return Without(name, EndsWith(name, "_0000") ? "_0000" : null);
    }

    private static bool HasLabelSuffix(string file) => Stem(file, isLabel: true) != Stem(file, isLabel: false);

    private static bool EndsWith(string name, string ending) => name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private static string Without(string name, string? ending) => ending is null ? name : name[..^ending.Length];

    private static string Name(List<string> files) => files.Count == 0 ? "(none)" : Path.GetFileName(files[0]);

    private static List<string> Expand(string pattern, string what)
    {
        if (File.Exists(pattern))
        {
            return [Path.GetFullPath(pattern)];
        }

        var isFolder = Directory.Exists(pattern);
        var files = (isFolder ? Directory.EnumerateFiles(pattern) : FilePattern.Match(pattern))
            .Where(file => Array.Exists(Endings, ending => EndsWith(Path.GetFileName(file), ending)))
            .Select(Path.GetFullPath)
            .Order(StringComparer.Ordinal)
            .ToList();
        return files.Count > 0 ? files : throw new HermesException(
            isFolder ? $"The folder {pattern} holds no {what}: no file ends in .nii or .nii.gz."
            : FilePattern.IsPattern(pattern) ? $"No {what} ending in .nii or .nii.gz matches {pattern}."
            : $"There is no folder or file {pattern}.",
            pattern,
            "Name a folder, a file or a quoted pattern such as 'scans/*_0000.nii.gz'.");
    }

    private static Dictionary<string, string> ByStem(List<string> files, bool isLabel)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var stem = Stem(file, isLabel);
            if (!result.TryAdd(stem, file))
            {
                throw new HermesException(
                    $"{Path.GetFileName(result[stem])} and {Path.GetFileName(file)} have the same stem '{stem}'; a case has one {(isLabel ? "label" : "image")}.",
                    file,
                    "Move one of them away, or name a pattern that matches only one.");
            }
        }

        return result;
    }
}
