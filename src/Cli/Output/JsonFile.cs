using System.Text.Json;
using Hermes.Grains.Interfaces;

namespace Hermes.Cli.Output;

/// <summary>Writes a JSON document beside its place and renames it.</summary>
internal static class JsonFile
{
    /// <exception cref="HermesException">The file exists and may not be replaced.</exception>
    public static async Task WriteAsync<T>(string file, T document, bool replace, CancellationToken cancellationToken)
    {
        OutputFile.MakeFolder(file);
        var beside = OutputFile.Beside(file);
        try
        {
            await File.WriteAllTextAsync(beside, JsonSerializer.Serialize(document, VerbOutput.JsonOptions) + "\n", cancellationToken);
            File.Move(beside, file, replace);
        }
        catch (IOException) when (!replace && File.Exists(file))
        {
            throw OutputFile.Taken(file);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
