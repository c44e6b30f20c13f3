using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hermes.Silo.Storage;

/// <summary>What is stored of an actor.</summary>
/// <param name="Type">The name of its state, such as <c>run</c>.</param>
/// <param name="Key">Its key, where that is a text.</param>
/// <param name="N0">Its key, the first half of a number.</param>
/// <param name="N1">Its key, the second half.</param>
/// <param name="Service">Whose states these are.</param>
/// <param name="TypeHash">What Orleans makes of the type.</param>
/// <param name="KeyHash">What Orleans makes of the key.</param>
/// <param name="State">What is stored.</param>
internal sealed record StateRow(string Type, string Key, long N0, long N1, string Service, int TypeHash, int KeyHash, JsonElement State)
{
    /// <summary>The actor, as people call it.</summary>
    [JsonIgnore]
    public string Owner => $"{Type} {(Key.Length > 0 ? Key : N1.ToString(CultureInfo.InvariantCulture))}";
}
