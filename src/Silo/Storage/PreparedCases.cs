namespace Hermes.Silo.Storage;

/// <summary>The cases that workers prepared for training and their copies of blobs, files that can be made again.</summary>
/// <param name="directory">The folder of all of them.</param>
internal sealed class PreparedCases(string directory)
{
    // As they are named: MODALITY-IMAGE-LABEL.case with the beginnings of the digests, and blob-DIGEST.
    private const int Named = 24;

    /// <summary>Removes what was made of a blob.</summary>
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
