using System.Text.Json;

namespace Hermes.Cli.Output;

/// <summary>Writes a JSON document beside its place and renames it.</summary>
internal static class JsonFile
{
    public static async Task WriteAsync<T>(string file, T document, CancellationToken cancellationToken)
    {
        OutputFile.MakeFolder(file);
        var beside = OutputFile.Beside(file);
        try
        {
            await File.WriteAllTextAsync(beside, JsonSerializer.Serialize(document, VerbOutput.JsonOptions) + "\n", cancellationToken);
            File.Move(beside, file, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
