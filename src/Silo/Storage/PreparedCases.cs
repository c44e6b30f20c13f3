namespace Hermes.Silo.Storage;

/// <summary>The cases that workers prepared for training, files that can be made again from blobs.</summary>
/// <param name="directory">The folder of all of them.</param>
internal sealed class PreparedCases(string directory)
{
    // As the worker names them: MODALITY-IMAGE-LABEL.case, with the beginnings of the digests.
    private const int Named = 24;

    /// <summary>Removes what was prepared from a volume.</summary>
    public void Remove(string sha256)
    {
        if (Directory.Exists(directory))
        {
            foreach (var file in Directory.EnumerateFiles(directory, $"*-{sha256[..Named]}*", SearchOption.AllDirectories).ToList())
            {
                File.Delete(file);
            }
        }
    }
}
