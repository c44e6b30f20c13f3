using System.Text.Json;
using System.Text.Json.Serialization;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;
using Hermes.Model.Network;

namespace Hermes.Model.Checkpoints;

/// <summary>What a model is, besides its weights. Holds nothing about when or in which run it was made.</summary>
public sealed record ModelDescription
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Tasks in prior order.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Modalities in prior order.</summary>
    public required IReadOnlyList<string> Modalities { get; init; }

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

    internal PriorVocabulary Vocabulary() => new(Tasks, Modalities);

    internal TrainingConfiguration TrainingConfiguration() => Imaging.Configuration.TrainingConfiguration.FromJson(Configuration);

    internal PreprocessingPlan PreprocessingPlan() => Imaging.Preprocessing.PreprocessingPlan.FromJson(Plan);
}
