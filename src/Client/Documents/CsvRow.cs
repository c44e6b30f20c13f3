using System.Globalization;
using System.Text;

namespace Hermes.Client.Documents;

/// <summary>A row of comma-separated values (RFC 4180, lines ended as on Linux).</summary>
internal static class CsvRow
{
    /// <summary>A number in a cell.</summary>
    public static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    // Structures may be called anything.
    public static void Append(StringBuilder text, IEnumerable<string> cells) => text
        .AppendJoin(',', cells.Select(cell => cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell))
        .Append('\n');
}
