using System.Globalization;

namespace Hermes.Model.Checkpoints;

/// <summary>A run's checkpoints on disk: the last two and the best are kept, older ones are deleted once a newer one is complete.</summary>
/// <param name="directory">Where they are; made when first needed.</param>
public sealed class CheckpointFolder(string directory)
{
    private const string BestName = "best.safetensors";

    /// <summary>The newest checkpoint, or null.</summary>
    public string? Latest => Numbered().LastOrDefault();

    /// <summary>The checkpoint with the best validation score; the newest if none was validated.</summary>
    public string? Best => File.Exists(Path.Combine(directory, BestName)) ? Path.Combine(directory, BestName) : Latest;

    /// <summary>Saves a checkpoint.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="best">Whether its score is the best so far.</param>
    /// <param name="save">Writes the file at the given path.</param>
    public WrittenFile Save(int step, bool best, Func<string, WrittenFile> save)
    {
        ArgumentNullException.ThrowIfNull(save);
        Directory.CreateDirectory(directory);
        WrittenFile written = save(Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"step-{step:D9}.safetensors")));
        if (best)
        {
            string beside = Path.Combine(directory, $"{BestName}.part");
            File.Copy(written.Path, beside, overwrite: true);
            File.Move(beside, Path.Combine(directory, BestName), overwrite: true);
        }
        foreach (string old in Numbered().SkipLast(2))
        {
            File.Delete(old);
        }
        return written;
    }

    private IEnumerable<string> Numbered() => Directory.Exists(directory)
        ? Directory.EnumerateFiles(directory, "step-*.safetensors").Order(StringComparer.Ordinal)
        : [];
}
