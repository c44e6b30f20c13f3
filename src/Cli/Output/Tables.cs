using System.Globalization;
using Hermes.Client.Progress;
using Spectre.Console;

namespace Hermes.Cli.Output;

/// <summary>Tables and numbers as all verbs show them.</summary>
internal static class Tables
{
    /// <summary>A table without lines; columns whose name begins with '#' hold numbers.</summary>
    public static Table Create(params string[] columns)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var column in columns)
        {
            var isNumber = column.StartsWith('#');
            var header = new TableColumn(new Text(column.TrimStart('#'), new Style(decoration: Decoration.Bold))).NoWrap().PadRight(2);
            table.AddColumn(isNumber ? header.RightAligned() : header);
        }

        return table;
    }

    public static Table With(this Table table, params IEnumerable<string?> cells) =>
        table.AddRow(cells.Select(cell => new Text(cell ?? "")));

    /// <summary>A change of Dice, with its sign.</summary>
    public static string Change(double change) => change.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);

    /// <summary>One fact a line.</summary>
    public static void Facts(this IAnsiConsole console, params IEnumerable<(string Name, string? Value)> facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in facts)
        {
            if (!string.IsNullOrEmpty(value))
            {
                grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(value));
            }
        }

        console.Write(grid);
    }

    public static string Dice(double? dice) => dice?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    public static string Ml(double volume) => volume.ToString(volume < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    public static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.0} MiB");

    public static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    public static string Seconds(double seconds) => Spans.Of(seconds);

    public static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
