namespace Hermes.Imaging.Phantoms;

/// <summary>Where one synthetic dataset was written.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Modality">"ct", "t1" or "pet".</param>
/// <param name="Images">Folder of the images.</param>
/// <param name="Labels">Folder of the labels.</param>
/// <param name="LabelNames">JSON file: label value to name.</param>
/// <param name="Split">JSON file: case id to "train" or "test".</param>
/// <param name="Structures">Label value (from 1) to name.</param>
public sealed record PhantomDatasetFiles(
    string Name, string Modality, string Images, string Labels, string LabelNames, string Split, IReadOnlyDictionary<ushort, string> Structures);
