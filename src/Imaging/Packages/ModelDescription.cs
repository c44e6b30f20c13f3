using System.Text.Json;
using System.Text.Json.Serialization;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;

namespace Hermes.Imaging.Packages;

/// <summary>What a model is, besides its weights. Holds nothing about when or in which run it was made.</summary>
public sealed record ModelDescription
{
    /// <summary>What the description is called in a checkpoint of PyTorch that a platform wrote.</summary>
    public const string TorchKey = "hermes_model";

    private const string Format = "hermes-model-package-1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Tasks in prior order.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Modalities in prior order.</summary>
    public required IReadOnlyList<string> Modalities { get; init; }

    /// <summary>Rows of the task priors, before the null prior's, that no task has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SpareTasks { get; init; }

    /// <summary>Rows of the modality priors, before the unknown modality's, that no modality has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SpareModalities { get; init; }

    /// <summary>Tasks whose names nobody has compared with the weights; null if there are none.</summary>
    public IReadOnlyList<string>? Unverified { get; init; }

    /// <summary>One prompt group per dataset.</summary>
    public required IReadOnlyList<DatasetPrompt> PromptGroups { get; init; }

    /// <summary>The training configuration as JSON; it holds the network's shape.</summary>
    public required string Configuration { get; init; }

    /// <summary>The preprocessing plan as JSON.</summary>
    public required string Plan { get; init; }

    /// <summary>Optimiser steps the weights have seen.</summary>
    public required int Steps { get; init; }

    /// <summary>Mean validation Dice of the weights; null if it was not measured.</summary>
    public double? Score { get; init; }

    /// <summary>The description as canonical JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no description.</exception>
    public static ModelDescription FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelDescription>(json, Json) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The model's description cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads what <see cref="Metadata"/> wrote into a package.</summary>
    /// <param name="header">The package's header.</param>
    /// <param name="file">The package, for messages.</param>
    /// <exception cref="InvalidDataException">It is no package.</exception>
    public static ModelDescription Of(SafetensorsHeader header, string file)
    {
        ArgumentNullException.ThrowIfNull(header);
        return FromJson(header.Text(Format, "model", "a model package", file));
    }

    /// <summary>The description as a package's free text.</summary>
    public IReadOnlyDictionary<string, string> Metadata() => new Dictionary<string, string> { ["format"] = Format, ["model"] = ToJson() };

    /// <summary>How the model was trained.</summary>
    /// <exception cref="InvalidDataException">That cannot be read.</exception>
    public TrainingConfiguration TrainingConfiguration() => Imaging.Configuration.TrainingConfiguration.FromJson(Configuration);

    /// <summary>How images are prepared for it.</summary>
    /// <exception cref="InvalidDataException">That cannot be read.</exception>
    public PreprocessingPlan PreprocessingPlan() => Imaging.Preprocessing.PreprocessingPlan.FromJson(Plan);
}
