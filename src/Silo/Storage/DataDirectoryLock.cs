using System.Globalization;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Configuration;

namespace Hermes.Silo.Storage;

/// <summary>Keeps a second silo off a data directory; ends with the process, however that ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private const string LockName = "silo.lock";

    private readonly FileStream _lock;

    private DataDirectoryLock(FileStream taken) => _lock = taken;

    /// <summary>Creates the directory for this user alone and takes it.</summary>
    /// <exception cref="HermesException">Another silo has it, it holds something else than a platform's data, or it cannot be created.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        var holder = Path.Combine(directory, "silo.pid");
        try
        {
            PrivateFolder.Make(directory);
            RequireOurs(directory);
            var taken = new FileStream(Path.Combine(directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataDirectoryLock(taken);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new HermesException($"The data directory {directory} cannot be used: {refused.Message}", hint: "Choose another one with --data-dir.");
        }
        catch (IOException full) when (DiskFull.Is(full))
        {
            throw DiskFull.Refusal($"nothing can be written to the data directory {directory}.");
        }
        catch (IOException) when (File.Exists(holder))
        {
            throw new HermesException(
                $"Another silo, process {ReadHolder(holder)}, works on the data directory {directory}.",
                hint: "Use that one, stop it, or choose another directory with --data-dir.");
        }
        catch (IOException refused)
        {
            throw new HermesException($"The data directory {directory} cannot be used: {refused.Message}", hint: "Choose another one with --data-dir.");
        }
    }

    public void Dispose() => _lock.Dispose();

    // What lies in its tmp and cache is removed at the start: never below a folder that holds something else.
    private static void RequireOurs(string directory)
    {
        var entries = Directory.EnumerateFileSystemEntries(directory).Select(entry => Path.GetFileName(entry)).ToList();
        if (!entries.Exists(entry => entry is LockName or SiloSettings.DatabaseName)
            && entries.Find(entry => !entry.StartsWith('.') && entry != "lost+found") is { } other)
        {
            throw new HermesException(
                $"The folder {directory} holds something else than a platform's data: {other}.", directory, "Choose a new or empty folder with --data-dir.");
        }
    }

    private static string ReadHolder(string holder)
    {
        try
        {
            return File.ReadAllText(holder).Trim();
        }
        catch (IOException)
        {
            return "unknown";
        }
    }
}
