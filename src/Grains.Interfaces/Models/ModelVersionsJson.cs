using System.Text.Json;
using System.Text.Json.Serialization;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>
/// The versions of a model as JSON. Most of a version is what the one before it is made of. So that a model that grew a thousand times is not a thousand times a thousand
/// branches, each trunk and each branch is told once, and a version by what came and what went. Versions that are each told in full, as they once were, are read as well.
/// </summary>
public sealed class ModelVersionsJson : JsonConverter<IReadOnlyList<ModelVersion>>
{
    /// <inheritdoc/>
    public override IReadOnlyList<ModelVersion> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.StartArray
        ? JsonSerializer.Deserialize<ModelVersion[]>(ref reader, options)!
        : [.. Whole(JsonSerializer.Deserialize<Parts>(ref reader, options)!)];

    /// <inheritdoc/>
    /// <remarks>In full: silos of the version before this one, which may work beside it, read nothing else.</remarks>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<ModelVersion> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.ToArray(), options);

    private static IEnumerable<ModelVersion> Whole(Parts parts)
    {
        var there = new HashSet<int>();
        foreach (var (change, i) in parts.Changes.Select((c, i) => (c, i)))
        {
            there.ExceptWith(change.Gone);
            there.UnionWith(change.Added);
            var trunk = parts.Trunks[change.Trunk];
            yield return new ModelVersion
            {
                Model = parts.Model,
                Version = i + 1,
                Content = trunk.Content with { Branches = [.. there.Select(b => parts.Branches[b]).OrderBy(b => b.Package.Sha256, StringComparer.Ordinal)] },
                Run = trunk.Run,
                Datasets = trunk.Datasets,
                Published = change.Published,
                Origin = trunk.Origin,
            };
        }
    }

    /// <summary>What the versions are made of, and how each comes of the one before it.</summary>
    private sealed record Parts(string Model, IReadOnlyList<Trunk> Trunks, IReadOnlyList<ModelBranch> Branches, IReadOnlyList<Change> Changes);

    /// <summary>What versions of one trunk have in common; its content has no branches.</summary>
    private sealed record Trunk(ModelVersionContent Content, string Run, IReadOnlyList<PinnedDataset> Datasets, ModelOrigin? Origin = null);

    /// <summary>A version: its trunk, the branches it has beside those of the version before it, and those it has not any more, each by its place.</summary>
    private sealed record Change(int Trunk, IReadOnlyList<int> Added, IReadOnlyList<int> Gone, DateTimeOffset Published);
}
