using System.Text;
using System.Text.Json;
using Hermes.Grains.Interfaces;

namespace Hermes.Cli.Output;

/// <summary>Writes a JSON document beside its place and renames it.</summary>
internal static class JsonFile
{
    /// <exception cref="HermesException">The file exists and may not be replaced.</exception>
    public static Task WriteAsync<T>(string file, T document, bool replace, CancellationToken cancellationToken) =>
        OutputFile.WriteAsync(
            file, replace, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(document, VerbOutput.JsonOptions) + "\n"), cancellationToken).AsTask());
}
