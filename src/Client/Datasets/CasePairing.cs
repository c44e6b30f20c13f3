using System.Text.RegularExpressions;
using Hermes.Grains.Interfaces;

namespace Hermes.Client.Datasets;

/// <summary>Finds images and labels on disk and pairs them by file stem.</summary>
/// <remarks>
/// The stem is the file name, composed, without <c>.nii</c> or <c>.nii.gz</c>, without a trailing <c>_0000</c> and, of labels, without a
/// trailing <c>_gt</c>, <c>_label</c>, <c>_labels</c> or <c>_seg</c>. A single image and a single label that were both named
/// outright are a pair whatever their names.
/// </remarks>
public sealed partial record CasePairing
{
    private const string FirstChannel = "_0000";
    private static readonly string[] LabelSuffixes = ["_gt", "_labels", "_label", "_seg"];

    /// <summary>The cases: every image, with its label where one was found, in the order of their names.</summary>
    public required IReadOnlyList<CaseFiles> Cases { get; init; }

    /// <summary>Images for which no label was found.</summary>
    public required IReadOnlyList<string> ImagesWithoutLabel { get; init; }

    /// <summary>Labels for which no image was found; they are left out.</summary>
    public required IReadOnlyList<string> LabelsWithoutImage { get; init; }

    /// <summary>Further channels (<c>_0001</c> and so on) of images or labels that are there; they are left out, as a case has one channel.</summary>
    public IReadOnlyList<string> SecondChannels { get; init; } = [];

    /// <summary>Hidden files and what Macs and Windows leave behind; nobody meant them.</summary>
    public IReadOnlyList<string> PassedOver { get; init; } = [];

    /// <summary>Pairs what two patterns match.</summary>
    /// <param name="images">A folder, a pattern such as <c>scans/*_0000.nii.gz</c>, or a file.</param>
    /// <param name="labels">The same for the labels; null when there are none.</param>
    /// <exception cref="HermesException">Nothing is there, files cannot be opened or have the same stem, or nothing pairs.</exception>
    public static CasePairing Find(string images, string? labels)
    {
        var ofImages = Search(images, "image");
        var ofLabels = labels is null ? new FileSearch([], []) : Search(labels, "label");
        FileSearch.RequireReadable(ofImages.Volumes.Union(ofLabels.Volumes));
        var imageFiles = ofImages.Volumes.ToList();
        var labelFiles = ofLabels.Volumes.ToList();

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
        var channels = imageOf.Where(pair => IsFurtherChannel(pair.Key, imageOf, labelOf)).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        var cases = imageOf.Where(pair => !channels.Contains(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new CaseFiles(pair.Key, pair.Value, labelOf.GetValueOrDefault(pair.Key)))
            .ToList();
        if (labels is not null && cases.TrueForAll(c => c.Label is null))
        {
            throw new HermesException(
                imageFiles.Count == 0
                    ? $"{images} holds labels only; no image is left to pair them with."
                    : $"None of {imageFiles.Count} images and {labelFiles.Count} labels have the same stem; the first ones are {Name(imageFiles)} and {Name(labelFiles)}."
                        + (channels.Count == 0 ? "" : $" {channels.Count} of the images are further channels (_0001 and so on)."),
                labels,
                "An image 'case_0000.nii.gz' and a label 'case.nii.gz' or 'case_gt.nii.gz' belong together; a case has one channel.");
        }

        return new CasePairing
        {
            Cases = cases,
            ImagesWithoutLabel = labels is null ? [] : [.. cases.Where(c => c.Label is null).Select(c => c.Image)],
            LabelsWithoutImage = [.. labelOf.Where(pair => !imageOf.ContainsKey(pair.Key)).Select(pair => pair.Value).Order(StringComparer.Ordinal)],
            SecondChannels = [.. channels.Select(stem => imageOf[stem]).Order(StringComparer.Ordinal)],
            PassedOver = [.. ofImages.PassedOver.Union(ofLabels.PassedOver)],
        };
    }

    /// <summary>The part of a file's name by which images and labels are paired.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isLabel">Whether it is a label volume, whose suffix is dropped too.</param>
    public static string Stem(string file, bool isLabel)
    {
        var name = ComposedName.Of(Path.GetFileName(file));
        name = Without(name, FileSearch.EndingOf(name));
        if (isLabel)
        {
            name = Without(name, Array.Find(LabelSuffixes, suffix => EndsWith(name, suffix)));
        }

        return Without(name, EndsWith(name, FirstChannel) ? FirstChannel : null);
    }

    // 'case_0001' beside 'case_0000' or a label 'case'; but a case of its own when it has its own label.
    private static bool IsFurtherChannel(string stem, Dictionary<string, string> imageOf, Dictionary<string, string> labelOf) =>
        !labelOf.ContainsKey(stem)
        && Channel().Match(stem) is { Success: true, Groups: [_, { Value: var bare }] }
        && (labelOf.ContainsKey(bare) || imageOf.TryGetValue(bare, out var first) && first.Contains(FirstChannel, StringComparison.Ordinal));

    [GeneratedRegex("^(.+)_[0-9]{4}$", RegexOptions.CultureInvariant)]
    private static partial Regex Channel();

    private static bool HasLabelSuffix(string file) => Stem(file, isLabel: true) != Stem(file, isLabel: false);

    private static bool EndsWith(string name, string ending) => name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private static string Without(string name, string? ending) => ending is null ? name : name[..^ending.Length];

    private static string Name(List<string> files) => files.Count == 0 ? "(none)" : Path.GetFileName(files[0]);

    private static FileSearch Search(string place, string what)
    {
        if (File.Exists(place))
        {
            return new FileSearch([Path.GetFullPath(place)], []);
        }

        if (place.Length > 0 && !Directory.Exists(place) && new FileInfo(place).LinkTarget is not null)
        {
            FileSearch.RequireReadable([place]);
        }

        var found = FileSearch.In(place);
        return found.Volumes.Count > 0 ? found : throw new HermesException(
            Directory.Exists(place) ? $"The folder {place} holds no {what}: no file ends in .nii or .nii.gz."
            : FileSearch.IsPattern(place) ? $"No {what} ending in .nii or .nii.gz matches {place}."
            : $"There is no folder or file {place}.",
            place,
            "Name a folder, a file or a quoted pattern such as 'scans/*_0000.nii.gz'.");
    }

    private static Dictionary<string, string> ByStem(List<string> files, bool isLabel)
    {
        var groups = files.GroupBy(file => Stem(file, isLabel), StringComparer.Ordinal).ToList();
        var doubled = groups.Where(g => g.Skip(1).Any()).ToList();
        return doubled.Count == 0 ? groups.ToDictionary(g => g.Key, g => g.Single(), StringComparer.Ordinal) : throw new HermesException(
            string.Join("\n", doubled.Select(g =>
                $"{string.Join(" and ", g.Select(Path.GetFileName))} have the same stem '{g.Key}'; a case has one {(isLabel ? "label" : "image")}.")),
            doubled[0].ElementAt(1),
            "Move one of them away, or name a pattern that matches only one.");
    }
}
