using System.Globalization;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Previews;

namespace Hermes.Dashboard.Tests;

/// <summary>Cases to show and to summarise.</summary>
internal static class Cases
{
    /// <summary>A preview of one.</summary>
    public static Preview Preview { get; } = new()
    {
        Form = Grains.Interfaces.Previews.Preview.CurrentForm,
        Thumbnail = new BlobRef("local", new string('1', 64), 1, MediaTypes.Png),
        Image = new BlobRef("local", new string('2', 64), 1, MediaTypes.NiftiGz),
        Label = new BlobRef("local", new string('3', 64), 1, MediaTypes.NiftiGz),
        Statistics = new BlobRef("local", new string('4', 64), 1, MediaTypes.Json),
    };

    public static CaseRecord One(int number, params IEnumerable<(int Value, double Ml)> volumes) => new()
    {
        CaseId = string.Create(CultureInfo.InvariantCulture, $"case_{number:000}"),
        Patient = string.Create(CultureInfo.InvariantCulture, $"patient_{number:000}"),
        Split = Split.Train,
        SourceImageSha256 = "",
        Facts = new CaseFacts
        {
            Image = new BlobRef("local", new string('a', 64), 1, "application/gzip"),
            Label = new BlobRef("local", new string('b', 64), 1, "application/gzip"),
            Size = [64, 64, 32],
            SpacingMm = [1.5, 1.5, 3],
            Orientation = "RAS",
            Minimum = -1000,
            Maximum = 900,
            LabelVolumesMl = volumes.ToDictionary(v => v.Value, v => v.Ml),
            Warnings = [],
        },
    };
}
