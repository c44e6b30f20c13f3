using System.Text.Json;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Grains.Blobs;

/// <summary>
/// The blobs that an actor's stored state keeps alive: every reference in it, however deep, so that a new property needs no
/// word here. What is passed over is named.
/// </summary>
public static class StateReferences
{
    /// <summary>The references in the state of an actor.</summary>
    /// <param name="kind">The actor's kind, as its state is stored under; those of the catalog are <see cref="CatalogKinds"/>.</param>
    /// <param name="state">Its record as JSON.</param>
    public static IEnumerable<BlobRef> Of(string kind, JsonElement state)
    {
        // Of a version whose branch was deleted with its dataset the record stays.
        var released = kind == CatalogKinds.Model && state.TryGetProperty("released", out var list)
            ? list.EnumerateArray().Select(digest => digest.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        return All(kind, state).Where(reference => !released.Contains(reference.Sha256));
    }

    private static IEnumerable<BlobRef> All(string kind, JsonElement state) => state.References(property => kind switch
    {
        // What a run has given up and is about to delete.
        CatalogKinds.Run => property.NameEquals("discarded"),

        // What an event names is its owners' to keep, unless it is to be delivered again.
        CatalogKinds.Event => property.NameEquals("event") && !IsFailed(state),

        // Of an evaluation the numbers are kept, of a probe its digest, in the certificate; whoever asks for its label map when that is gone gets it
        // computed again. A question that was asked of an older version of the platform, without a definite prompt, has another key now: nobody can ask
        // for its answer.
        CatalogKinds.Segmentation => property.NameEquals("result") && Request(state) is { } request
            && (request.TryGetProperty("reference", out _) || request.TryGetProperty("probe", out _) || !request.TryGetProperty("prompt", out _)),
        _ => false,
    });

    private static bool IsFailed(JsonElement state) =>
        state.TryGetProperty("state", out var word) && word.ValueKind == JsonValueKind.String && word.ValueEquals("failed");

    private static JsonElement? Request(JsonElement state) =>
        state.ValueKind == JsonValueKind.Object && state.TryGetProperty("request", out var request) && request.ValueKind == JsonValueKind.Object ? request : null;
}
