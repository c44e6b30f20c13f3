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
    /// <summary>
    /// The form that a program must know to read and write a stored state; what says none has form 1. It stays when a member is added that an older program may
    /// lose in writing the state again, and grows with every other change.
    /// </summary>
    public const int Format = 1;

    /// <summary>
    /// The newest form that is understood. A form is understood by one version before the next one stores it: silos of two versions in a row work side by side, and
    /// the way back is open. Form 2 tells the versions of a model by what changed (<see cref="Interfaces.Models.ModelVersionsJson"/>).
    /// </summary>
    public const int Understood = 2;

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
        // Looked at before the rest, which may mean something else in another form.
        RequireKnown(typeof(T).IsAssignableTo(typeof(IFormatted)) ? JsonSerializer.Deserialize<Formatted>(input, Options)!.Format : Format);
        return JsonSerializer.Deserialize<T>(input, Options)!;
    }

    /// <summary>Refuses what a newer program stored.</summary>
    /// <param name="format">The form that it says it has.</param>
    /// <exception cref="HermesException">This program does not know that form.</exception>
    public static void RequireKnown(int format)
    {
        if (format > Understood)
        {
            throw new HermesException(
                $"The state was written by a newer version of the platform: it has the form {format}, and this one knows forms up to {Understood}.",
                hint: "Upgrade this silo. What is stored was not changed.");
        }
    }

    private static void RequireNothing(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            property.IsRequired = false;
        }
    }

    private sealed record Formatted(int Format);
}
