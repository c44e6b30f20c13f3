using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hermes.Client.Documents;

/// <summary>How documents for people and their scripts are written as JSON.</summary>
public static class DocumentJson
{
    /// <summary>Indented, camelCase; absent facts are null, so that a reader finds every property.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
