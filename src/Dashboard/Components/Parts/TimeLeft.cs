using System.Globalization;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>How time left is told: two units at most.</summary>
internal static class TimeLeft
{
    public static string? Of(double? seconds)
    {
        if (seconds is not { } left || !double.IsFinite(left))
        {
            return null;
        }

        var whole = (long)Math.Ceiling(Math.Max(left, 0));
        var (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
        return string.Create(CultureInfo.InvariantCulture, $"{(hours > 0 ? $"{hours} h {minutes} min" : minutes > 0 ? $"{minutes} min {rest} s" : $"{rest} s")}");
    }
}
