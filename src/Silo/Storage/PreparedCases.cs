using System.Text.RegularExpressions;
using Hermes.Blobs;

namespace Hermes.Silo.Storage;

/// <summary>The cases that workers prepared for training and their copies of blobs, files that can be made again.</summary>
/// <param name="directory">The folder of all of them.</param>
internal sealed partial class PreparedCases(string directory)
{
    // As they are named: MODALITY-IMAGE-LABEL.case with the beginnings of the digests, and blob-DIGEST.
    private const int Named = 24;

    /// <summary>Removes what was made of a blob.</summary>
    public void Remove(string sha256)
    {
        foreach (var file in Files($"*-{sha256[..Named]}*"))
        {
            File.Delete(file);
        }
    }

    /// <summary>Removes what was made of blobs that are no more in the store, whichever silo removed them there.</summary>
    public async Task RemoveStrayAsync(IBlobStore blobs, CancellationToken cancellationToken)
    {
        // Before the store is looked through: what is made later may be of blobs that came later.
        var made = Files("*-*").Select(file => (File: file, Of: Beginnings().Matches(Path.GetFileName(file)).Select(m => m.Groups[1].Value).ToList())).ToList();
        if (made.Count == 0)
        {
            return;
        }

        var stored = await blobs.ListAsync(cancellationToken: cancellationToken).Where(b => b.Sha256.Length >= Named).Select(b => b.Sha256[..Named])
            .ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        foreach (var (file, _) in made.Where(m => !m.Of.All(stored.Contains)))
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex("-([0-9a-f]{24})")]
    private static partial Regex Beginnings();

    private IReadOnlyList<string> Files(string pattern) => Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory, pattern, SearchOption.AllDirectories)] : [];
}
