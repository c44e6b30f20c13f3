using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>How work orders, worker messages and stored pages are written as JSON: camelCase, enumerations as words, no type names.</summary>
public static class WorkOrderJson
{
    /// <summary>One line, for pipes and identities.</summary>
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    /// <summary>For people.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
