using System.Text.Json;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Imaging.Phantoms;

/// <summary>Writes synthetic datasets: CT with 4 structures, T1 with 3, PET with 1; and, for a model that has learned those, CT with 2 others.</summary>
public static class PhantomDataset
{
    /// <summary>The datasets that a first network learns.</summary>
    public static IReadOnlyList<PhantomKind> First { get; } = [PhantomKind.Ct, PhantomKind.T1, PhantomKind.Pet];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// Writes below <paramref name="directory"/> one folder per dataset (<c>phantom_ct</c>, <c>phantom_t1</c> and so on), each with
    /// <c>images/CASE.nii.gz</c>, <c>labels/CASE.nii.gz</c>, <c>labels.json</c> (value → name) and <c>split.json</c> (case → train, test or validation).
    /// The labels of every sixth case are stored in another orientation than their image.
    /// </summary>
    /// <param name="directory">Created when missing.</param>
    /// <param name="seed">The same seed gives the same files.</param>
    /// <param name="trainingCases">Per dataset; they come first.</param>
    /// <param name="testCases">Per dataset; they come next.</param>
    /// <param name="validationCases">Per dataset; they come last.</param>
    /// <param name="kinds">Which datasets; CT, T1 and PET when null.</param>
    /// <param name="skip">Cases of the same seed that were written before, which these continue.</param>
    /// <returns>What was written.</returns>
    public static IReadOnlyList<PhantomDatasetFiles> Write(
        string directory, ulong seed, int trainingCases = 24, int testCases = 4, int validationCases = 0, IReadOnlyList<PhantomKind>? kinds = null, int skip = 0)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentOutOfRangeException.ThrowIfNegative(trainingCases);
        ArgumentOutOfRangeException.ThrowIfNegative(testCases);
        ArgumentOutOfRangeException.ThrowIfNegative(validationCases);
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        var generator = new PhantomGenerator(seed);
        var datasets = new List<PhantomDatasetFiles>();
        foreach (var kind in kinds ?? First)
        {
            var name = $"phantom_{PhantomGenerator.Name(kind)}";
            var folder = Path.Combine(directory, name);
            var files = new PhantomDatasetFiles(
                name, PhantomGenerator.Modality(kind), Path.Combine(folder, "images"), Path.Combine(folder, "labels"),
                Path.Combine(folder, "labels.json"), Path.Combine(folder, "split.json"), PhantomGenerator.Structures(kind));
            Directory.CreateDirectory(files.Images);
            Directory.CreateDirectory(files.Labels);
            var ids = new string[trainingCases + testCases + validationCases];
            Parallel.For(0, ids.Length, n => ids[n] = WriteCase(generator.Generate(kind, skip + n + 1), skip + n, files));
            WriteJson(files.LabelNames, files.Structures.ToDictionary(s => s.Key, s => s.Value));
            WriteJson(
                files.Split,
                ids.Select((id, n) => (id, n)).ToDictionary(c => c.id, c => c.n < trainingCases ? "train" : c.n < trainingCases + testCases ? "test" : "validation"));
            datasets.Add(files);
        }

        return datasets;
    }

    private static string WriteCase(PhantomCase phantom, int index, PhantomDatasetFiles files)
    {
        var image = Path.Combine(files.Images, phantom.Id + ".nii.gz");
        if (phantom.Kind == PhantomKind.Pet)
        {
            NiftiWriter.Write(image, phantom.Image);
        }
        else
        {
            NiftiWriter.Write(image, new Volume<short>(phantom.Image.Geometry, Array.ConvertAll(phantom.Image.Voxels, v => (short)Math.Round(v))));
        }

        var labels = index % 6 == 5 ? Reorientation.To(phantom.Labels, Orientation.Parse("SPL")) : phantom.Labels;
        NiftiWriter.Write(Path.Combine(files.Labels, phantom.Id + ".nii.gz"), labels);
        return phantom.Id;
    }

    private static void WriteJson<TKey>(string path, Dictionary<TKey, string> content)
        where TKey : notnull
    {
        var beside = $"{path}.{Guid.NewGuid():N}.part";
        File.WriteAllText(beside, JsonSerializer.Serialize(content, Indented) + "\n");
        File.Move(beside, path, overwrite: true);
    }
}
