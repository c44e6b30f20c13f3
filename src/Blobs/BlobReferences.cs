using System.Text.Json;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Blobs;

/// <summary>Finds references to blobs in JSON, whatever it describes.</summary>
public static class BlobReferences
{
    /// <summary>Every <see cref="BlobRef"/> in a document that was written as <see cref="WorkOrderJson"/> says.</summary>
    /// <param name="json">The document, or a part of it.</param>
    /// <param name="isPassedOver">Properties that are not looked into.</param>
    public static IEnumerable<BlobRef> References(this JsonElement json, Func<JsonProperty, bool>? isPassedOver = null)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            return json.EnumerateArray().SelectMany(item => item.References(isPassedOver));
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        return IsReference(json)
            ? [json.Deserialize<BlobRef>(WorkOrderJson.Options)!]
            : json.EnumerateObject().Where(p => isPassedOver?.Invoke(p) != true).SelectMany(p => p.Value.References(isPassedOver));
    }

    private static bool IsReference(JsonElement json) =>
        Has("site", JsonValueKind.String, json) && Has("sha256", JsonValueKind.String, json) && Has("length", JsonValueKind.Number, json) && Has("mediaType", JsonValueKind.String, json);

    private static bool Has(string name, JsonValueKind kind, JsonElement json) => json.TryGetProperty(name, out var value) && value.ValueKind == kind;
}
