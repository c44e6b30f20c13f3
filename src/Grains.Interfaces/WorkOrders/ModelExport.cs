using System.Text.Json;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>
/// What an exported model says of itself, in <c>model.json</c> and in the header of its weights, for people and for the platform that imports it. Weights of the
/// trunk stand under their official names, those of a branch under <c>branch/GROUP/</c> and the same names.
/// </summary>
public sealed record ModelExport
{
    /// <summary>The form of the document, and the key of the header's text that holds it.</summary>
    public const string Key = "hermes-export-1";

    /// <summary>What the tensors and the description of a branch begin with.</summary>
    public const string BranchPrefix = "branch/";

    private static readonly JsonSerializerOptions Text = new(WorkOrderJson.Options) { WriteIndented = true };

    // Where a member is missing or null that cannot be, the file is no such document.
    private static readonly JsonSerializerOptions Strict = new(WorkOrderJson.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private const string LicenceNote =
        "These weights were learned from the datasets that are named; their licences, and those of the weights these came of, say what may be done with them.";

    /// <summary>The model version, <c>NAME@VERSION</c>, where it was exported.</summary>
    public required string Model { get; init; }

    /// <summary>The version's identity: equal digests are equal trunks and branches.</summary>
    public required string Digest { get; init; }

    /// <summary>Name of the network.</summary>
    public required string Network { get; init; }

    /// <summary>How it was trained; it holds the network's shape.</summary>
    public required JsonElement Training { get; init; }

    /// <summary>How images are prepared for it.</summary>
    public required JsonElement Plan { get; init; }

    /// <summary>Tasks of the trunk in the order of their rows.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Tasks whose names nobody has compared with the weights; null if there are none.</summary>
    public IReadOnlyList<string>? Unverified { get; init; }

    /// <summary>Modalities of the trunk in the order of their rows.</summary>
    public required IReadOnlyList<string> Modalities { get; init; }

    /// <summary>What can be asked: the trunk's prompt groups, then those of the branches.</summary>
    public required IReadOnlyList<PromptGroup> PromptGroups { get; init; }

    /// <summary>The run that made the trunk.</summary>
    public string Run { get; init; } = "";

    /// <summary>Where the trunk came from, if no run made it.</summary>
    public ModelOrigin? Origin { get; init; }

    /// <summary>The dataset versions that the trunk learned from.</summary>
    public required IReadOnlyList<PinnedDataset> Datasets { get; init; }

    /// <summary>When the version was published.</summary>
    public required DateTimeOffset Published { get; init; }

    /// <summary>SHA-256 of the trunk's package.</summary>
    public required string Trunk { get; init; }

    /// <summary>The branches, each with the SHA-256 of its package and the dataset it learned from.</summary>
    public required IReadOnlyList<ModelBranch> Branches { get; init; }

    /// <summary>What is to be known before the weights are used.</summary>
    public string Licence { get; init; } = LicenceNote;

    /// <summary>SHA-256 of the file of weights; in <c>model.json</c> alone.</summary>
    public string? Weights { get; init; }

    /// <summary>The document as JSON on one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, WorkOrderJson.Options);

    /// <summary>The document as JSON for people.</summary>
    public string ToText() => JsonSerializer.Serialize(this, Text);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The document.</param>
    /// <param name="file">Its file, for messages.</param>
    /// <exception cref="InvalidDataException">It is no such document.</exception>
    public static ModelExport FromJson(string json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelExport>(json, Strict) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{file}' is no description of an exported model: {e.Message}", e);
        }
    }
}
