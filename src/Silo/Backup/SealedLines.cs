using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Silo.Backup;

/// <summary>A file with one row a line, <c>{"sha256":"…","row":{…}}</c>: each is known by its digest, so that a damaged one can be named, and all of them by that of the file.</summary>
internal static class SealedLines
{
    private static readonly JsonSerializerOptions Json = WorkOrderJson.Options;

    /// <summary>Why a file is not what was written; empty when it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="seal">What it is known by.</param>
    /// <param name="describe">Names a row for people.</param>
    public static IReadOnlyList<string> Problems<T>(string path, Seal seal, Func<T, string> describe)
    {
        var name = Path.GetFileName(path);
        if (!File.Exists(path))
        {
            return [$"{name} is missing."];
        }

        using (var file = File.OpenRead(path))
        {
            if (file.Length == seal.Length && Convert.ToHexStringLower(SHA256.HashData(file)) == seal.Sha256)
            {
                return [];
            }
        }

        var damaged = File.ReadLines(path).Select((line, i) => Problem(line, $"line {i + 1} of {name}", describe)).OfType<string>().ToList();
        return damaged.Count > 0 ? damaged : [$"{name} is not what was written: it has {File.ReadLines(path).Count()} of {seal.Rows} lines."];
    }

    /// <summary>The rows of a file without <see cref="Problems"/>.</summary>
    public static IEnumerable<T> Read<T>(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            yield return JsonSerializer.Deserialize<Sealed<T>>(line, Json)!.Row;
        }
    }

    private static string? Problem<T>(string line, string place, Func<T, string> describe)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement.GetProperty("row");
            return Digest(Encoding.UTF8.GetBytes(row.GetRawText())) == document.RootElement.GetProperty("sha256").GetString()
                ? null
                : $"{describe(row.Deserialize<T>(Json)!)} is damaged, in {place}.";
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"What stands in {place} is damaged.";
        }
    }

    private static string Digest(ReadOnlySpan<byte> row) => Convert.ToHexStringLower(SHA256.HashData(row));

    private sealed record Sealed<T>(string Sha256, T Row);

    /// <summary>Writes such a file anew.</summary>
    public sealed class Writer(string path) : IDisposable
    {
        private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write);
        private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private int _rows;

        public void Append<T>(T row)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(row, Json);
            Write(Encoding.ASCII.GetBytes($$"""{"sha256":"{{Digest(bytes)}}","row":"""));
            Write(bytes);
            Write("}\n"u8);
            _rows++;
        }

        /// <summary>Brings everything to the disk.</summary>
        /// <returns>What the file is known by.</returns>
        public Seal End()
        {
            _file.Flush(flushToDisk: true);
            return new Seal(Convert.ToHexStringLower(_digest.GetHashAndReset()), _file.Length, _rows);
        }

        public void Dispose()
        {
            _file.Dispose();
            _digest.Dispose();
        }

        private void Write(ReadOnlySpan<byte> bytes)
        {
            _file.Write(bytes);
            _digest.AppendData(bytes);
        }
    }
}
