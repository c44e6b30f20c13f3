using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Worker.Orders;

/// <summary>Looks into the files of a case: what an add refuses or warns of is decided here, and a dry run asks the same.</summary>
/// <param name="modality">The modality of the images.</param>
/// <param name="labels">The labels that may occur.</param>
/// <param name="limits">What is accepted at most.</param>
internal sealed class CaseInspector(string modality, IReadOnlyList<LabelEntry> labels, VolumeLimits limits)
{
    private readonly Dictionary<int, string> _table = labels.ToDictionary(l => l.Value, l => l.Structure);

    /// <summary>Reads and checks an image and its labels.</summary>
    /// <param name="image">Where the image lies, and what its user calls it.</param>
    /// <param name="label">The same for the labels, if there are any.</param>
    /// <param name="cancellationToken">Ends it between two files.</param>
    /// <exception cref="CaseRefusedException">A file is wrong; every wrong one is named.</exception>
    public InspectedCase Inspect((string Path, string Name) image, (string Path, string Name)? label, CancellationToken cancellationToken = default)
    {
        var problems = new List<Failure>();
        var scan = Read(problems, image.Name, () => NiftiReader.ReadImage(image.Path, limits));
        var (minimum, maximum) = scan is null ? (0, 0) : Range(scan.Volume.Voxels);
        if (scan is not null && minimum == maximum)
        {
            problems.Add(new Failure($"{image.Name}: found the same intensity ({Number(minimum)}) in every voxel, expected an image.", image.Name));
        }

        cancellationToken.ThrowIfCancellationRequested();
        var drawn = label is { } given ? Read(problems, given.Name, () => NiftiReader.ReadLabels(given.Path, limits, table: _table)) : null;
        var aligned = scan is null || drawn is null ? null : Align(problems, scan, drawn, image.Name, label!.Value.Name);
        cancellationToken.ThrowIfCancellationRequested();
        if (problems.Count > 0)
        {
            throw new CaseRefusedException(problems);
        }

        var volumes = drawn?.Counts.Where(c => c.Key != 0).ToDictionary(c => c.Key, c => c.Value * drawn.Volume.Geometry.VoxelVolumeMl) ?? [];
        return new InspectedCase(scan!, aligned, minimum, maximum, volumes, [.. OfImage(scan!, minimum, image.Name), .. OfLabels(scan!, drawn, label?.Name)]);
    }

    private IEnumerable<string> OfImage(NiftiImage scan, double minimum, string name)
    {
        foreach (var remark in scan.Header.Remarks)
        {
            yield return $"{name}: {remark}.";
        }

        if (scan.NonFiniteVoxels > 0)
        {
            yield return $"{name}: {scan.NonFiniteVoxels} voxels were not finite and became {Number(minimum)}.";
        }

        // Air around and inside a patient lies near -1000 HU.
        if (modality == ModalityNames.Ct && minimum >= 0)
        {
            yield return $"{name}: nothing lies below 0 HU (the smallest value is {Number(minimum)}); an offset of 1024 may have been forgotten.";
        }
    }

    private static IEnumerable<string> OfLabels(NiftiImage scan, NiftiLabels? drawn, string? name)
    {
        if (drawn is null)
        {
            yield break;
        }

        foreach (var remark in drawn.Header.Remarks.Except(scan.Header.Remarks))
        {
            yield return $"{name}: {remark}.";
        }

        if (drawn.RoundedVoxels > 0)
        {
            yield return $"{name}: {drawn.RoundedVoxels} voxels were no whole numbers and were rounded; the largest deviation is {Number(drawn.LargestDeviation, "G3")}.";
        }

        if (drawn.Counts.Keys.All(value => value == 0))
        {
            yield return $"{name}: no voxel is labelled.";
        }
    }

    private static Volume<ushort>? Align(List<Failure> problems, NiftiImage scan, NiftiLabels drawn, string image, string label)
    {
        try
        {
            return LabelAlignment.OntoImageGrid(drawn.Volume, scan.Volume.Geometry, label);
        }
        catch (InvalidDataException difference)
        {
            var unstated = !scan.Header.StatesOrientation ? image : !drawn.Header.StatesOrientation ? label : null;
            problems.Add(new Failure(
                difference.Message,
                label,
                unstated is null
                    ? $"Labels must lie in the space of {image}; resample them onto it."
                    : $"{unstated} does not state its orientation; give it the header of its partner."));
            return null;
        }
    }

    private static T? Read<T>(List<Failure> problems, string name, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (VolumeFormatException error)
        {
            problems.Add(FailureOf.Named(error, name));
            return null;
        }
    }

    private static string Number(double value, string format = "G6") => value.ToString(format, CultureInfo.InvariantCulture);

    private static (float Minimum, float Maximum) Range(float[] voxels)
    {
        float minimum = float.PositiveInfinity, maximum = float.NegativeInfinity;
        foreach (var value in voxels)
        {
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
        }

        return (minimum, maximum);
    }
}
