using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hermes.Grains.Interfaces;
using Orleans.Storage;

namespace Hermes.Grains.State;

/// <summary>
/// States as plain JSON without type names: readable with any tool, and nothing stored can name a type to create. What is stored outlives the
/// program: a member added later is absent in what was stored before, so none is required of it.
/// </summary>
public sealed class StateJson : IGrainStorageSerializer
{
    /// <summary>The form of stored states. It grows when an older program would misread what a newer one stored.</summary>
    public const int Format = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireNothing } },
    };

    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    /// <inheritdoc/>
    /// <exception cref="HermesException">A newer program stored it.</exception>
    public T Deserialize<T>(BinaryData input)
    {
        var state = JsonSerializer.Deserialize<T>(input, Options)!;
        return state is not IFormatted { Format: > Format and var newer } ? state : throw new HermesException(
            $"What is stored has the form {newer}; this platform knows forms up to {Format}.", hint: "A newer version of the platform stored it; run that one.");
    }

    private static void RequireNothing(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            property.IsRequired = false;
        }
    }
}
