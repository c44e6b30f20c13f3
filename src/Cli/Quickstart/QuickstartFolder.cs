using System.Globalization;
using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces;

namespace Hermes.Cli.Quickstart;

/// <summary>Where a quickstart keeps what it makes, so that one that was killed goes on where it was.</summary>
internal sealed class QuickstartFolder : IDisposable
{
    private const string MarkerName = "quickstart.json";
    private readonly bool _temporary;

    private QuickstartFolder(string root, bool temporary)
    {
        Root = root;
        _temporary = temporary;
    }

    public string Root { get; }

    /// <summary>The data directory of the embedded platform.</summary>
    public string Platform => Path.Combine(Root, "platform");

    /// <summary>The synthetic scans, and beside them their segmentations.</summary>
    public string Phantoms => Path.Combine(Root, "phantoms");

    /// <summary>What the worker said of the phantoms; there once all of them are.</summary>
    public string PhantomList => Path.Combine(Root, "phantoms.json");

    /// <summary>The same of those that came later.</summary>
    public string NewPhantomList => Path.Combine(Root, "phantoms-new.json");

    /// <summary>Where further test cases of the first phantoms are.</summary>
    public string FurtherPhantoms => Path.Combine(Root, "phantoms-further");

    /// <summary>Says that those are complete.</summary>
    public string FurtherPhantomList => Path.Combine(Root, "phantoms-further.json");

    /// <summary>The log of the silo.</summary>
    public string Log => Path.Combine(Root, "silo.log");

    public bool IsKept => !_temporary;

    public static async Task<QuickstartFolder> OpenAsync(string? directory, bool keep, long seed, CancellationToken cancellationToken)
    {
        var folder = directory is not null
            ? new QuickstartFolder(Path.GetFullPath(directory), temporary: false)
            : new QuickstartFolder(Directory.CreateTempSubdirectory("hermes-quickstart-").FullName, temporary: !keep);
        Directory.CreateDirectory(folder.Root);
        var marker = Path.Combine(folder.Root, MarkerName);
        if (!File.Exists(marker))
        {
            if (Directory.EnumerateFileSystemEntries(folder.Root).Any())
            {
                throw new HermesException($"The folder {folder.Root} holds something else than a quickstart.", folder.Root, "Name a new or empty folder with --data-dir.");
            }

            await JsonFile.WriteAsync(marker, new Marker(seed), replace: true, cancellationToken);
            return folder;
        }

        var found = ReadMarker(marker);
        return found == seed ? folder : throw new HermesException(
            string.Create(CultureInfo.InvariantCulture, $"The folder {folder.Root} holds a quickstart with seed {found}, not {seed}."),
            folder.Root,
            string.Create(CultureInfo.InvariantCulture, $"Go on with --seed {found}, or name another folder."));
    }

    /// <summary>A temporary folder goes; one the user named or kept stays.</summary>
    public void Dispose()
    {
        if (_temporary && Directory.Exists(Root))
        {
            try
            {
                Directory.Delete(Root, recursive: true);
            }
            catch (IOException)
            {
                // A process of the platform still writes its last line; the system's temporary folder is cleaned by others.
            }
        }
    }

    private static long? ReadMarker(string marker)
    {
        try
        {
            return JsonSerializer.Deserialize<Marker>(File.ReadAllText(marker), VerbOutput.JsonOptions)?.Seed;
        }
        catch (JsonException e)
        {
            throw new HermesException($"{marker} is damaged.", e) { File = marker, Hint = "Name another folder with --data-dir." };
        }
    }

    private sealed record Marker(long Seed);
}
