using System.Globalization;

namespace Hermes.Hosting;

/// <summary>What the driver of a graphics card tells, without loading libtorch.</summary>
public static class GraphicsCard
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of a card's memory; null when nothing here can tell.</summary>
    /// <param name="device"><c>cuda:0</c> and so on.</param>
    /// <param name="quantity">Which of them: <c>total</c> or <c>used</c>, by whoever uses them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="program">The driver's program.</param>
    /// <remarks>The numbers of the program's cards are those of libtorch unless somebody hides cards from it.</remarks>
    public static async Task<long?> MemoryAsync(string device, string quantity, CancellationToken cancellationToken, string program = "nvidia-smi")
    {
        ArgumentNullException.ThrowIfNull(device);
        var number = device[(device.IndexOf(':', StringComparison.Ordinal) + 1)..];
        try
        {
            var (code, lines) = await ChildProgram.AskAsync(program, [$"--query-gpu=memory.{quantity}", "--format=csv,noheader,nounits", "-i", number], Patience, cancellationToken);
            return code == 0 && long.TryParse(lines[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes) ? mebibytes << 20 : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
