using System.CommandLine;
using Hermes.Client.Figures;

namespace Hermes.Cli.Output;

/// <summary>A figure, or what is behind it, in a file of the kind that its name says.</summary>
internal static class FigureFile
{
    /// <summary>The option that names it.</summary>
    public static Option<string?> Option()
    {
        var option = new Option<string?>("--output", "-o") { Description = "A file to write: a figure (.png, .svg), a table (.csv) or all there is (.json).", HelpName = "FILE" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } file && !FigureExport.Kinds.ContainsKey(Kind(file)))
            {
                result.AddError($"The output is '{file}'; a file name ending in .png, .svg, .csv or .json was expected.");
            }
        });
        return option;
    }

    /// <summary>Writes it, and says so.</summary>
    /// <exception cref="Hermes.Grains.Interfaces.HermesException">The file exists and may not be replaced, or a picture cannot be drawn.</exception>
    public static async Task WriteAsync(string file, bool force, FigureExport export, CancellationToken cancellationToken)
    {
        await OutputFile.WriteAsync(file, force, stream => export.WriteAsync(stream, Kind(file), cancellationToken));
        VerbOutput.Remark($"Wrote {file}.");
    }

    private static string Kind(string file) => Path.GetExtension(file).TrimStart('.').ToLowerInvariant();
}
