using System.Globalization;

namespace Hermes.Grains.Interfaces;

/// <summary>Sizes as people read them.</summary>
public static class Sizes
{
    /// <summary>So many bytes in GiB, 2^30 bytes each, with a tenth.</summary>
    public static string Gibibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GiB");
}
