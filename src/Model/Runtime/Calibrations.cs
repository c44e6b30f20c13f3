using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>
/// What was measured of processors: once of each kind, libtorch and number of threads, and kept, so that every later start chooses the same number format, and with
/// it the same bits, however busy the machine is then.
/// </summary>
/// <param name="Folder">Where it is kept, a file for each.</param>
/// <param name="IsKept">Whether what is measured now is kept.</param>
public sealed record Calibrations(string Folder, bool IsKept)
{
    // Whoever takes the time of something else counts on.
    private const int Procedure = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>What is kept of a kind of processor, which this one is; it is measured if nothing is.</summary>
    /// <param name="kind">What it is, by its own word.</param>
    /// <param name="log">Told why it cannot be kept.</param>
    internal Calibration Of(string kind, Action<string>? log)
    {
        var (library, threads) = (TorchLibrary.Load().Version, get_num_threads());
        var path = Path.Combine(Folder, FileName(kind, library, threads));
        if (Read(path) is { } kept)
        {
            return kept;
        }

        var measured = new Calibration { Device = kind, Library = library, Threads = threads, BFloat16Share = FormatTrial.BFloat16Share() };
        return IsKept ? Keep(path, measured, log) : measured;
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
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            // It is measured again.
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
            if (!TryMove(beside, path))
            {
                if (Read(path) is { } first)
                {
                    return first;
                }

                File.Move(beside, path, overwrite: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log?.Invoke($"What was measured of this processor cannot be kept in {path}, and will be measured again: {failure.Message}");
        }
        finally
        {
            Remove(beside);
        }

        return measured;
    }

    private static bool TryMove(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    private static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Where nothing can be written there is nothing to remove.
        }
    }
}
