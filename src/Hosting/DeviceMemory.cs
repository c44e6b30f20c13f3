using System.Globalization;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Hosting;

/// <summary>How much memory a device has, found out without loading libtorch.</summary>
public static class DeviceMemory
{
    private const string Processes = "/proc";
    private const string ControlGroups = "/sys/fs/cgroup";

    /// <summary>Bytes of memory of a device; null when nothing here can tell.</summary>
    /// <param name="device"><c>cpu</c>, or <c>cuda:0</c> and so on.</param>
    public static long? Find(string device) => device == DeviceKinds.Cpu ? OfMachine(Processes, ControlGroups) : GraphicsCard.Memory(device, used: false);

    /// <summary>The machine's memory, or what a control group around this process leaves of it.</summary>
    /// <param name="processes">Where the kernel tells of processes, <c>/proc</c>.</param>
    /// <param name="controlGroups">Where it tells of control groups, <c>/sys/fs/cgroup</c>.</param>
    internal static long? OfMachine(string processes, string controlGroups) => Limits(processes, controlGroups).Prepend(Total(processes)).Min();

    private static long? Total(string processes) =>
        Lines(Path.Combine(processes, "meminfo")).FirstOrDefault(l => l.StartsWith("MemTotal:", StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, ..]
            ? 1024 * Number(kibibytes)
            : null;

    // A group's limit holds for all groups in it. The second version has one tree; the first has one of its own for memory.
    private static IEnumerable<long?> Limits(string processes, string controlGroups) =>
        from line in Lines(Path.Combine(processes, "self", "cgroup"))
        let parts = line.Split(':', 3)
        where parts is ["0", "", _] || (parts.Length == 3 && parts[1].Split(',').Contains("memory"))
        let tree = parts[1].Length == 0 ? controlGroups : Path.Combine(controlGroups, "memory")
        let file = parts[1].Length == 0 ? "memory.max" : "memory.limit_in_bytes"
        from folder in Above(parts[2])
        select Number(Lines(Path.Combine(tree, folder, file)).FirstOrDefault());

    private static IEnumerable<string> Above(string group)
    {
        for (var left = group.Trim('/'); left.Length > 0; left = Path.GetDirectoryName(left) ?? "")
        {
            yield return left;
        }

        yield return "";
    }

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
