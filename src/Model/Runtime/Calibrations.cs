using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>
/// What was measured of devices: once of each kind, libtorch and number of threads, and kept, so that every later start chooses the same number format, and with it
/// the same bits, however busy the machine is then.
/// </summary>
/// <param name="Folder">Where it is kept, a file for each; null for nowhere.</param>
/// <param name="IsKept">Whether what is measured now is kept.</param>
public sealed record Calibrations(string? Folder, bool IsKept)
{
    // Whoever takes the time of something else counts on.
    private const int Procedure = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>What is kept of a device; it is measured if nothing is.</summary>
    /// <param name="kind">What kind of device it is.</param>
    /// <param name="device">The device.</param>
    /// <param name="log">Told why it cannot be kept.</param>
    internal Calibration Of(string kind, Device device, Action<string>? log)
    {
        var (library, threads) = (TorchLibrary.Load().Version, get_num_threads());
        var path = Folder is null ? null : Path.Combine(Folder, FileName(kind, library, threads));
        if (path is not null && Read(path) is { } kept)
        {
            return kept;
        }

        var measured = new Calibration { Device = kind, Library = library, Threads = threads, BFloat16Share = FormatTrial.BFloat16Share(device) };
        return path is not null && IsKept ? Keep(path, measured, log) : measured;
    }

    private static string FileName(string kind, string library, int threads)
    {
        var identity = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Procedure}\n{kind}\n{library}\n{threads}"));
        return $"calibration-{Convert.ToHexStringLower(SHA256.HashData(identity))[..16]}.json";
    }

    private static Calibration? Read(string path)
    {
        try
        {
            return File.Exists(path) && JsonSerializer.Deserialize<Calibration>(File.ReadAllText(path), Json) is { BFloat16Share: > 0 } kept ? kept : null;
        }
        catch (JsonException)
        {
            // What is damaged is measured again.
            return null;
        }
    }

    // Of two that measure at once the first counts for both.
    private static Calibration Keep(string path, Calibration measured, Action<string>? log)
    {
        var beside = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(beside, JsonSerializer.Serialize(measured, Json));
            if (Read(path) is null)
            {
                File.Delete(path);
            }

            File.Move(beside, path, overwrite: false);
        }
        catch (IOException) when (Read(path) is { } first)
        {
            File.Delete(beside);
            return first;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log?.Invoke($"What was measured of this device cannot be kept in {path}, and will be measured again: {failure.Message}");
        }

        return measured;
    }
}
