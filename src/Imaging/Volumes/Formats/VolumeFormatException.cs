namespace Hermes.Imaging.Volumes.Formats;

/// <summary>A file is not a volume we can read. The message is one sentence that names the file, what was found and what was expected.</summary>
public sealed class VolumeFormatException : IOException
{
    /// <summary>Describes what is wrong with a file.</summary>
    /// <param name="file">The file's name or path.</param>
    /// <param name="found">What the file holds.</param>
    /// <param name="expected">What a readable file would hold.</param>
    /// <param name="inner">What made it show, if anything.</param>
    public VolumeFormatException(string file, string found, string expected, Exception? inner = null)
        : base($"{file}: found {found}, expected {expected}.", inner)
    {
        File = file;
        Found = found;
        Expected = expected;
    }

    /// <summary>The file's name or path.</summary>
    public string File { get; }

    /// <summary>What the file holds.</summary>
    public string Found { get; }

    /// <summary>What a readable file would hold.</summary>
    public string Expected { get; }
}
