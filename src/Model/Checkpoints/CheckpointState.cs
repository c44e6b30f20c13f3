using System.Text.Json;
using System.Text.Json.Serialization;
using Hermes.Imaging.Packages;

namespace Hermes.Model.Checkpoints;

/// <summary>What a checkpoint says besides its tensors. Batches follow from seed and step, so these two are the whole state of sampler and generators.</summary>
public sealed record CheckpointState
{
    internal const string Format = "hermes-checkpoint-1";
    internal const string Weights = "weights/";
    internal const string Average = "average/";
    internal const string Momentum = "momentum/";
    internal const string Variance = "variance/";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The run it belongs to; makes its bytes unique to the run.</summary>
    public required string Run { get; init; }

    /// <summary>Steps done; the next batch has this number.</summary>
    public required int Step { get; init; }

    /// <summary>Steps the optimiser has counted for its bias correction.</summary>
    public required int OptimiserSteps { get; init; }

    /// <summary>Seed of every generator of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Best mean validation Dice so far; null before the first validation.</summary>
    public double? BestScore { get; init; }

    /// <summary>The step of <see cref="BestScore"/>.</summary>
    public int? BestStep { get; init; }

    /// <summary>Threads of libtorch. The same bits are promised for the same number.</summary>
    public required int Threads { get; init; }

    /// <summary>Devices among which a batch is shared out; null for one.</summary>
    public int? Devices { get; init; }

    /// <summary>Number format of the convolutions.</summary>
    public required string Precision { get; init; }

    /// <summary>Versions of the libraries that decide bits.</summary>
    public required string Libraries { get; init; }

    /// <summary>The processor, by its name, or that it was a card; null of what an older version wrote.</summary>
    public string? Processor { get; init; }

    /// <summary>What decides the bits besides seed and data, in words.</summary>
    [JsonIgnore]
    public string Numerics => $"{Threads} threads, {(Devices is null ? "" : $"{Devices} devices, ")}{Precision} precision, {Libraries}{(Processor is null ? "" : $", {Processor}")}";

    /// <summary>Digest over the training and validation cases, in order.</summary>
    public required string Data { get; init; }

    /// <summary>What the model is, of a run that learns all of one.</summary>
    public ModelDescription? Model { get; init; }

    /// <summary>Whether the convolutions on the way down stay as they are; absent where all learns.</summary>
    public bool? FrozenEncoder { get; init; }

    /// <summary>What the branch is, of a run that learns one.</summary>
    public BranchDescription? Branch { get; init; }

    /// <summary>Mean validation Dice at this step; null if it was not measured.</summary>
    [JsonIgnore]
    public double? Score => Model?.Score ?? Branch?.Score;

    /// <summary>Reads the state of a checkpoint file without its tensors.</summary>
    /// <exception cref="InvalidDataException">It is not a checkpoint.</exception>
    internal static CheckpointState Read(SafetensorsFile file)
    {
        var json = file.Header.Text(Format, "state", "a checkpoint", file.Path);
        try
        {
            return JsonSerializer.Deserialize<CheckpointState>(json, Json) is { } state && state.Model is null != state.Branch is null
                ? state
                : throw new JsonException("it is of no model and of no branch, or of both");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The state of '{file.Path}' cannot be read: {e.Message}", e);
        }
    }

    internal Dictionary<string, string> Metadata() => new() { ["format"] = Format, ["state"] = JsonSerializer.Serialize(this, Json) };
}
