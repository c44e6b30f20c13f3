using System.Diagnostics;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting;

/// <summary>The programs of the platform and where they lie beside each other.</summary>
/// <param name="Room">The room that builds it, e.g. <c>Silo</c>.</param>
/// <param name="File">Its assembly file.</param>
public sealed record PlatformProgram(string Room, string File)
{
    /// <summary>Names a folder that holds one folder per room (<c>silo</c>, <c>worker</c>, <c>dashboard</c>), as container images have.</summary>
    public const string FolderVariable = "HERMES_PROGRAMS";

    /// <summary>The server.</summary>
    public static PlatformProgram Silo { get; } = new("Silo", "hermes-silo.dll");

    /// <summary>The process that touches voxels.</summary>
    public static PlatformProgram Worker { get; } = new("Worker", "hermes-worker.dll");

    /// <summary>The web application.</summary>
    public static PlatformProgram Dashboard { get; } = new("Dashboard", "hermes-dashboard.dll");

    /// <summary>The command.</summary>
    public static PlatformProgram Cli { get; } = new("Cli", "hermes.dll");

    /// <summary>The <see cref="WorkerAllocator"/> that is put before it: a word or a library's full path.</summary>
    public string Allocator { get; init; } = WorkerAllocator.OfSystem;

    /// <summary>A process description that runs the program with the runtime this process runs on.</summary>
    /// <exception cref="HermesException">The program is not there.</exception>
    public ProcessStartInfo StartInfo(params IEnumerable<string> arguments)
    {
        var runtime = Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
        var start = new ProcessStartInfo(runtime, [Find(), .. arguments]) { UseShellExecute = false };
        WorkerAllocator.Put(Allocator, start.Environment);
        return start;
    }

    /// <summary>The full path of the program's assembly.</summary>
    /// <exception cref="HermesException">The program is not there.</exception>
    public string Find()
    {
        var candidates = Candidates().ToList();
        return candidates.Find(System.IO.File.Exists) ?? throw new HermesException(
            $"The program {File} is missing; looked at {string.Join(", ", candidates)}.",
            hint: $"Build the whole solution, or set {FolderVariable} to the folder that holds the programs.");
    }

    private IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
        {
            yield return Path.Combine(folder, Room.ToLowerInvariant(), File);
            yield break;
        }

        // artifacts/bin/PROJECT/CONFIGURATION[_RID]: this process runs from one project's folder, the program lies in another's.
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var configuration = own.Name.Split('_')[0];
        var rooms = own.Parent?.Parent?.FullName ?? own.FullName;
        yield return Path.Combine(rooms, $"Hermes.{Room}", configuration, File);
        yield return Path.Combine(rooms, $"Hermes.{Room}", configuration + "_linux-x64", File);
    }
}
