using System.Runtime.InteropServices;
using System.Text.Json;
using Hermes.Imaging.Packages;

namespace Hermes.Model.Checkpoints;

/// <summary>
/// What became of the priors of tasks once they were fused with images: the mean posterior token of each over the validation cases, at each fusion scale. A
/// safetensors file beside a package; the same tokens give the same bytes.
/// </summary>
/// <param name="Tasks">The tasks, in ordinal order.</param>
/// <param name="Scales">For each fusion scale, a vector for each task [N, C].</param>
public sealed record PosteriorTokens(IReadOnlyList<string> Tasks, IReadOnlyList<IReadOnlyList<float[]>> Scales)
{
    private const string Format = "hermes-posterior-1";

    /// <summary>Writes them.</summary>
    /// <exception cref="IOException">The disk has no room; nothing was changed.</exception>
    public WrittenFile Write(string path) => SafetensorsWriter.Write(
        path,
        new Dictionary<string, string> { ["format"] = Format, ["tasks"] = JsonSerializer.Serialize(Tasks) },
        [
            .. Scales.Select((rows, scale) => new SafetensorsTensor(
                Name(scale), SafetensorsType.F32, [rows.Count, rows[0].Length], take => take(MemoryMarshal.AsBytes(rows.SelectMany(row => row).ToArray().AsSpan())))),
        ]);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static PosteriorTokens Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var tasks = Names(file.Header.Text(Format, "tasks", "a file of posterior tokens", path), path);
        return new PosteriorTokens(tasks, [.. Enumerable.Range(0, file.Tensors.Count).Select(scale => Rows(file, Name(scale), tasks.Length))]);
    }

    private static string Name(int scale) => $"scale{scale}";

    private static string[] Names(string json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(json) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The tasks of '{path}' cannot be read: {e.Message}", e);
        }
    }

    private static float[][] Rows(SafetensorsFile file, string name, int count)
    {
        var shape = file.Entry(name).Shape;
        return shape is [var rows, > 0 and <= int.MaxValue and var width] && rows == count && count > 0
            ? [.. file.Floats(name, shape).Chunk((int)width)]
            : throw new InvalidDataException($"The tensor '{name}' of '{file.Path}' has the shape [{string.Join(", ", shape)}], which is not that of vectors of {count} tasks.");
    }
}
