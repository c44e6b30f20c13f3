using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Prompts;
using Hermes.Model.Network;

namespace Hermes.Model.Checkpoints;

/// <summary>What a branch is, besides its weights. Holds nothing about when, in which run or after which others it was made.</summary>
public sealed record BranchDescription
{
    private const string Format = "hermes-branch-1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>SHA-256 of the package it is laid over.</summary>
    public required string Trunk { get; init; }

    /// <summary>The prompt group that owns it.</summary>
    public required DatasetPrompt Group { get; init; }

    /// <summary>Tasks of the group that the trunk has no prior for, in prior order.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The group's modality, if the trunk has no prior for it.</summary>
    public required IReadOnlyList<string> Modalities { get; init; }

    /// <summary>Whether it owns copies of the decoder stages.</summary>
    public required bool OwnsStages { get; init; }

    /// <summary>Tasks of its own whose priors begin as those of a task of <see cref="Start"/>, or else of the trunk; the others are drawn.</summary>
    public required ImmutableSortedDictionary<string, string> InitialPriors { get; init; }

    /// <summary>SHA-256 of the branch as whose stages it begins; null where they begin as the trunk's.</summary>
    public string? Start { get; init; }

    /// <summary>Another prompt group that learns it, too, to see what one gains from the other (docs/priors.md); null for none.</summary>
    public DatasetPrompt? Beside { get; init; }

    /// <summary>The training configuration as JSON; network and plan are the trunk's.</summary>
    public required string Configuration { get; init; }

    /// <summary>Optimiser steps the weights have seen.</summary>
    public int Steps { get; init; }

    /// <summary>Mean validation Dice of the weights; null if it was not measured.</summary>
    public double? Score { get; init; }

    /// <summary>A branch for a prompt group: it owns a prior for whatever the trunk has none for, in the ordinal order of the identities.</summary>
    /// <param name="trunk">What it is laid over.</param>
    /// <param name="group">The prompt group.</param>
    /// <param name="ownsStages">Whether it owns copies of the decoder stages.</param>
    /// <param name="configuration">How it is trained.</param>
    /// <param name="initialPriors">Tasks of its own whose priors begin as those of a task of another branch or of the trunk.</param>
    /// <param name="start">The branch as which it begins; null to begin as the trunk.</param>
    /// <param name="beside">Another prompt group that learns it, too.</param>
    /// <exception cref="ArgumentException">
    /// A group cannot be prompted, the configuration describes another network or other preprocessing than the trunk's, a prior is to begin as one that there is
    /// not, or nothing would be learned.
    /// </exception>
    public static BranchDescription Of(
        ModelPackage trunk, DatasetPrompt group, bool ownsStages, TrainingConfiguration configuration, IReadOnlyDictionary<string, string>? initialPriors = null,
        BranchPackage? start = null, DatasetPrompt? beside = null)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(configuration);
        group.Validate();
        beside?.Validate();
        start?.RequireTrunk(trunk);
        if (configuration.Network != trunk.Configuration.Network)
        {
            throw new ArgumentException("The configuration describes another network than the trunk's; a branch keeps its trunk's.", nameof(configuration));
        }

        if (configuration.Plan() != trunk.Plan)
        {
            throw new ArgumentException("The configuration prepares images differently than the trunk; a branch keeps its trunk's plan.", nameof(configuration));
        }

        var known = trunk.Network.Priors.Vocabulary;
        DatasetPrompt[] groups = beside is null ? [group] : [group, beside];
        var own = PriorVocabulary.InOrderOfIdentity(
            groups.SelectMany(g => g.Tasks).Where(task => !known.HasTask(task)), groups.Select(g => g.Modality).OfType<string>().Where(m => !known.HasModality(m)));
        if (own.Tasks.IsEmpty && own.Modalities.IsEmpty && !ownsStages)
        {
            throw new ArgumentException($"The trunk has every prior of the prompt group '{group.Name}', so priors alone have nothing to learn.", nameof(ownsStages));
        }

        foreach ((var task, var like) in initialPriors ?? ImmutableDictionary<string, string>.Empty)
        {
            own.TaskRow(task);
            _ = start?.Branch.Vocabulary.HasTask(like) == true ? 0 : known.TaskRow(like);
        }

        return new BranchDescription
        {
            Trunk = trunk.Digest,
            Group = group,
            Tasks = own.Tasks,
            Modalities = own.Modalities,
            OwnsStages = ownsStages,
            InitialPriors = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, initialPriors ?? ImmutableDictionary<string, string>.Empty),
            Start = start?.Digest,
            Beside = beside,
            Configuration = configuration.ToJson(),
        };
    }

    /// <summary>The description as canonical JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no description.</exception>
    public static BranchDescription FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<BranchDescription>(json, Json) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The branch's description cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads what <see cref="Metadata"/> wrote into a package.</summary>
    /// <param name="header">The package's header.</param>
    /// <param name="file">The package, for messages.</param>
    /// <exception cref="InvalidDataException">It is no branch.</exception>
    public static BranchDescription Of(SafetensorsHeader header, string file)
    {
        ArgumentNullException.ThrowIfNull(header);
        return FromJson(header.Text(Format, "branch", "a branch", file));
    }

    /// <summary>The description as a package's free text.</summary>
    public IReadOnlyDictionary<string, string> Metadata() => new Dictionary<string, string> { ["format"] = Format, ["branch"] = ToJson() };

    internal PriorVocabulary Vocabulary() => new(Tasks, Modalities);

    internal TrainingConfiguration TrainingConfiguration() => Imaging.Configuration.TrainingConfiguration.FromJson(Configuration);
}
