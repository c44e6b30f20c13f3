using System.Globalization;

namespace Hermes.Dashboard.Volumes;

/// <summary>Where volumes are: an address says what a volume belongs to, never which blob it is.</summary>
internal static class VolumeAddress
{
    /// <summary>Every address begins with it.</summary>
    public const string Root = "/volumes";

    /// <summary>The file name of an image.</summary>
    public const string Image = "image.nii.gz";

    /// <summary>The file name of a label map.</summary>
    public const string Label = "label.nii.gz";

    /// <summary>The file name of a label map that an answer is compared with.</summary>
    public const string Reference = "reference.nii.gz";

    /// <summary>The file name of an image made small.</summary>
    public const string SmallImage = "small-image.nii.gz";

    /// <summary>The file name of a label map made small.</summary>
    public const string SmallLabel = "small-label.nii.gz";

    /// <summary>The file name of a slice, as a picture.</summary>
    public const string Thumbnail = "thumbnail.png";

    /// <summary>A volume of a case: every file but <see cref="Reference"/>.</summary>
    public static string OfCase(string site, string dataset, int version, string caseId, string file) =>
        string.Create(CultureInfo.InvariantCulture, $"{Root}/case/{site}/{dataset}/{version}/{Uri.EscapeDataString(caseId)}/{file}");

    /// <summary>A volume of a question; <see cref="Label"/> is the answer.</summary>
    public static string OfSegmentation(string key, string file) => $"{Root}/segmentation/{key}/{file}";

    /// <summary>What a validation of a run found of a few cases, as a picture.</summary>
    public static string OfSamples(string run, int step) => string.Create(CultureInfo.InvariantCulture, $"{Root}/run/{run}/{step}.png");
}
