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
    public static long? Memory(string device, bool used) => Ask<long?>(device, (driver, card) => driver.Memory(card) is { } memory ? used ? memory.Used : memory.Total : null);

    /// <summary>Bytes of a card's memory that are used, asked for beside the caller: a driver may take long to answer.</summary>
    /// <inheritdoc cref="Memory"/>
    public static Task<long?> UsedAsync(string device, CancellationToken cancellationToken) => Task.Run(() => Memory(device, used: true), cancellationToken);

    /// <summary>Whether a card has tensor cores for bfloat16, as all have from compute capability 8.0 on; null when nothing here can tell.</summary>
    /// <inheritdoc cref="Memory"/>
    public static bool? HasBFloat16(string device) => Ask<bool?>(device, (driver, card) => driver.Capability(card) is { } capability ? capability.Major >= 8 : null);

    /// <summary>What a card is called by its maker; null when nothing here can tell.</summary>
    /// <inheritdoc cref="Memory"/>
    public static string? Model(string device) => Ask<string>(device, (driver, card) => driver.Name(card));

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

    private static T? Ask<T>(string device, Func<Nvml, string, T?> question)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Driver.Value is { } driver && Name(device, Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES")) is { } card ? question(driver, card) : default;
    }
}
