using System.Globalization;

namespace Hermes.Hosting;

/// <summary>What the driver of graphics cards tells through NVML, its library, without loading libtorch.</summary>
public static class GraphicsCard
{
    private static readonly Lazy<Nvml?> Driver = new(() => Nvml.TryLoad("libnvidia-ml.so.1"));

    /// <summary>How many cards the machine has; 0 without a driver.</summary>
    public static int Count() => Driver.Value?.Count() ?? 0;

    /// <summary>Bytes of a card's memory; null when nothing here can tell.</summary>
    /// <param name="device"><c>cuda:0</c> and so on, as libtorch numbers them: those of CUDA_VISIBLE_DEVICES where it is set, in the order of the bus.</param>
    /// <param name="used">Those that are used, by whoever uses them, instead of all.</param>
    public static long? Memory(string device, bool used)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Driver.Value is { } driver && Name(device, Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES")) is { } name
            ? driver.Memory(name) is { } memory ? used ? memory.Used : memory.Total : null
            : null;
    }

    /// <summary>Bytes of a card's memory that are used, asked for beside the caller: a driver may take long to answer.</summary>
    /// <inheritdoc cref="Memory"/>
    public static Task<long?> UsedAsync(string device, CancellationToken cancellationToken) => Task.Run(() => Memory(device, used: true), cancellationToken);

    /// <summary>What the driver calls the card that libtorch calls <paramref name="device"/>: its number, or its UUID; null where it is hidden.</summary>
    /// <param name="device"><c>cuda:0</c> and so on.</param>
    /// <param name="visible">The value of CUDA_VISIBLE_DEVICES: numbers or UUIDs with commas between.</param>
    internal static string? Name(string device, string? visible)
    {
        var number = device[(device.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (visible is null || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var place))
        {
            return number;
        }

        var cards = visible.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return place < cards.Length ? cards[place] : null;
    }
}
