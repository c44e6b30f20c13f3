using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>How work orders, worker messages, pages of cases and the catalog's documents are written as JSON: camelCase, enumerations as words, no type names.</summary>
public static class WorkOrderJson
{
    /// <summary>One line a document.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
