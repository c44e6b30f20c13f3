using System.Globalization;

namespace Hermes.Client.Progress;

/// <summary>Spans of time in words.</summary>
public static class Spans
{
    /// <summary>Two units at most; short ones with a tenth of a second.</summary>
    public static string Of(double seconds) => seconds < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
        : seconds < 90 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s")
        : seconds < 5400 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min {seconds % 60:00} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):0} h {seconds % 3600 / 60:00} min");
}
