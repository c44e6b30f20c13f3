using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hermes.Imaging.Volumes;

/// <summary>Writes an <see cref="Affine"/> as a flat JSON array of its twelve numbers, row by row.</summary>
internal sealed class AffineJsonConverter : JsonConverter<Affine>
{
    public override Affine Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var rows = JsonSerializer.Deserialize<double[]>(ref reader, options) ?? throw new JsonException("An affine is an array of 12 numbers.");
        try
        {
            return new Affine(rows);
        }
        catch (ArgumentException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, Affine value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var number in value.ToArray())
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}
