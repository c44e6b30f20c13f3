using System.Globalization;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>How measured numbers are told: with three digits that count, and all before the point.</summary>
internal static class Numbers
{
    public static string Of(double number) => number.ToString(
        Math.Abs(number) switch
        {
            >= 100 => "#,0",
            >= 10 => "0.0",
            >= 1 => "0.00",
            _ => "0.###",
        },
        CultureInfo.InvariantCulture);

    public static string Count(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
