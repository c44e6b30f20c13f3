using System.Globalization;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>How numbers are told: whole ones as they are, others with three digits that count and all before the point.</summary>
internal static class Numbers
{
    public static string Of(double number) => number.ToString(
        Math.Abs(number) switch
        {
            _ when double.IsInteger(number) => "#,0",
            >= 100 => "#,0",
            >= 10 => "0.0",
            >= 1 => "0.00",
            >= 1e-6 and var small => $"0.{new string('#', 2 - (int)Math.Floor(Math.Log10(small)))}",
            _ => "0.##E+0",
        },
        CultureInfo.InvariantCulture);

    /// <summary>A volume in ml.</summary>
    public static string? Millilitres(double? ml) => ml is { } known ? Of(known) : null;

    public static string Count(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Cases of each split.</summary>
    public static string PerSplit(IReadOnlyDictionary<Split, int> cases) =>
        string.Join(", ", cases.OrderBy(s => s.Key).Select(s => $"{Count(s.Value)} {s.Key.ToString().ToLowerInvariant()}"));

    /// <summary>A loss.</summary>
    public static string? Loss(double? loss) => loss?.ToString("0.0000", CultureInfo.InvariantCulture);

    public static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A Dice, which commands and certificates tell alike.</summary>
    public static string? Dice(double? dice) => dice?.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>A change of Dice, with its sign.</summary>
    public static string? Change(double? change) => change?.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);

    /// <summary>A size, in the largest unit of which it is one.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{Units(bytes, 30)} GiB",
        >= 1L << 20 => $"{Units(bytes, 20)} MiB",
        >= 1L << 10 => $"{Units(bytes, 10)} KiB",
        _ => $"{Count(bytes)} {(bytes == 1 ? "byte" : "bytes")}",
    };

    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Units(long bytes, int power) => (bytes / (double)(1L << power)).ToString("#,0.0", CultureInfo.InvariantCulture);
}
