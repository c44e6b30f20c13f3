using System.Text.Json;
using Hermes.Grains.Blobs;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Silo.Storage;

/// <summary>Collects the blobs that owners refer to, and those that the pages among them refer to.</summary>
/// <param name="read">What a page refers to.</param>
internal sealed class ReferencedBlobs(Func<BlobRef, Task<IReadOnlyList<BlobRef>>> read)
{
    private readonly Dictionary<string, OwnedBlob> _found = new(StringComparer.Ordinal);

    /// <summary>What was found, by digest.</summary>
    public IReadOnlyDictionary<string, OwnedBlob> Found => _found;

    /// <summary>What a stored state refers to itself.</summary>
    /// <param name="kind">The owner's kind.</param>
    /// <param name="stored">What is stored of it, its record or what its record lies in.</param>
    public static IEnumerable<BlobRef> Of(string kind, JsonElement stored) => StateReferences.Of(kind, stored.TryGetProperty("value", out var value) ? value : stored);

    /// <summary>Adds what an owner refers to.</summary>
    public async Task AddAsync(string owner, BlobRef reference)
    {
        if (!reference.IsWellFormed)
        {
            return;
        }

        if (_found.TryGetValue(reference.Sha256, out var known))
        {
            known.Owners.Add(owner);
            return;
        }

        _found.Add(reference.Sha256, new OwnedBlob(reference) { Owners = { owner } });
        if (reference.MediaType == MediaTypes.Json)
        {
            foreach (var inner in await read(reference))
            {
                await AddAsync(owner, inner);
            }
        }
    }
}
