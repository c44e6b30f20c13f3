using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;

namespace Hermes.Cli.Doctor;

/// <summary>What the platform needs of the machine.</summary>
internal static class Machine
{
    /// <summary>What findings call where states and catalog are, and where volumes and models.</summary>
    public const string Database = "database", Blobs = "blobs";

    private const long LittleMemory = 2L << 30;
    private static readonly TimeSpan ProgramPatience = TimeSpan.FromSeconds(60);

    // Another libtorch is read from a disk, asked and tried first.
    private static readonly TimeSpan LibraryPatience = TimeSpan.FromMinutes(5);

    public static async Task<Finding> SdkAsync(CancellationToken cancellationToken)
    {
        const string Advice = "Get the .NET 10 SDK from https://dotnet.microsoft.com/download; without it nothing can be built; what eng/publish made needs none.";
        var (code, lines) = await ChildProgram.AskAsync("dotnet", ["--list-sdks"], ProgramPatience, cancellationToken);
        var versions = lines.Select(l => l.Split(' ')[0]).Where(l => l.Length > 0).ToList();
        return code == 0 && versions.Exists(v => v.StartsWith("10.", StringComparison.Ordinal))
            ? Finding.Ok("SDK", $".NET {string.Join(", ", versions)}")
            : Finding.Warning("SDK", versions.Count == 0 ? "no .NET SDK is installed" : $".NET {string.Join(", ", versions)}, none of them 10", Advice);
    }

    public static Finding Programs()
    {
        foreach (var program in new[] { PlatformProgram.Silo, PlatformProgram.Worker, PlatformProgram.Dashboard })
        {
            program.Find();
        }

        return Finding.Ok("programs", "silo, worker and dashboard are there");
    }

    /// <summary>Asked of a worker that is started as a silo starts one: no other program of the platform loads the library.</summary>
    /// <param name="options">Its options, those that name the libtorch among them.</param>
    /// <param name="allocator">The setting of what allocates its memory.</param>
    /// <param name="dataDirectory">Where workers keep what they measured of processors.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    public static async Task<IReadOnlyList<Finding>> WorkerAsync(
        IReadOnlyList<string> options, string allocator, string dataDirectory, CancellationToken cancellationToken)
    {
        var worker = PlatformProgram.Worker with { Allocator = allocator };
        var device = await ChildProgram.AskAsync<WorkerDevice>(
            worker, ["probe", .. options, "--data-dir", dataDirectory, "--exit-with-parent"], WorkOrderJson.Options, LibraryPatience, cancellationToken);
        var devices = device.Devices.Select(d => $"{d.Name}{(d.Card is { } card ? $" ({card})" : "")}{(d.Memory is { } bytes ? $" with {Sizes.Gibibytes(bytes)}" : "")}");
        var measured = device.BFloat16Share is { } share ? string.Create(CultureInfo.InvariantCulture, $" (measured: bf16 takes {share:0.00} of the time of fp32)") : "";
        return
        [
            Finding.Ok(
                "libtorch",
                $"{device.Library} in {device.LibraryFolder} computes rightly here, {device.Threads} threads, {device.Precision}{measured}; it can use {string.Join(", ", devices)}"),
            Allocator(allocator, device.Allocator),
        ];
    }

    private static Finding Allocator(string setting, string? found) => (found, WorkerAllocator.Find(setting)) switch
    {
        ({ } library, _) => Finding.Ok("allocator", $"workers have {library}"),
        (null, { } library) => Finding.Warning(
            "allocator", $"{library} cannot be loaded; workers have the C library's", $"Name another with {WorkerAllocator.Variable}, or with --allocator of 'hermes serve'."),
        _ when setting == WorkerAllocator.Auto => Finding.Ok(
            "allocator", $"workers have the C library's; with tcmalloc (in Debian {WorkerAllocator.Package}) they need less memory"),
        _ => Finding.Ok("allocator", "workers have the C library's, as they were told"),
    };

    public static Finding Memory()
    {
        var line = File.ReadLines("/proc/meminfo").First(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
        var free = 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return free >= LittleMemory
            ? Finding.Ok("memory", $"{Sizes.Gibibytes(free)} free, {Environment.ProcessorCount} processors")
            : Finding.Warning("memory", $"{Sizes.Gibibytes(free)} free", $"Training needs about {Sizes.Gibibytes(LittleMemory)}; end other programs, or take a smaller preset.");
    }

    public static Finding Certificate(TlsFiles files)
    {
        var now = TimeProvider.System.GetUtcNow();
        var identity = TlsIdentity.Read(files, now);
        return identity.Warning(now) is { } soon
            ? Finding.Warning("certificate", soon, "Have a new one issued, by who issued this one.")
            : Finding.Ok("certificate", string.Create(CultureInfo.InvariantCulture, $"{files.Certificate} is good until {identity.Expires.UtcDateTime:u}"));
    }

    public static Finding Handles() => OpenFiles.Limit() switch
    {
        < OpenFiles.Needed and var limit => Finding.Problem("open files", $"{limit} are allowed, {OpenFiles.Needed} are needed", OpenFiles.Advice),
        long.MaxValue => Finding.Ok("open files", "without limit"),
        var limit => Finding.Ok("open files", $"{limit} are allowed"),
    };

    public static Finding DataDirectory(string directory)
    {
        var existing = Existing(directory);
        var probe = Path.Combine(existing, $".hermes-doctor-{Guid.NewGuid():N}");
        try
        {
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return Finding.Ok("data", existing == directory ? directory : $"{directory}, which is made by the first 'hermes serve'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Problem("data", $"{directory} cannot be written: {e.Message}", "Make it writable for this user, or choose another one with --data-dir.");
        }
    }

    public static Finding Disk(string directory)
    {
        var room = DiskRoom.Of(Existing(directory));
        return room.IsNone ? Finding.Problem("disk", room.Words, DiskRoom.Advice)
            : room.IsLittle ? Finding.Warning("disk", room.Words, DiskRoom.Advice)
            : Finding.Ok("disk", room.Words);
    }

    public static async Task<IReadOnlyList<Finding>> StoreAsync(string directory, CancellationToken cancellationToken)
    {
        var report = await ChildProgram.AskAsync<StoreReport>(
            PlatformProgram.Silo, ["check", "--data-dir", directory], System.Text.Json.JsonSerializerOptions.Web, ProgramPatience, cancellationToken);
        return
        [
            report switch
            {
                { DatabaseProblem: { } problem } => Finding.Problem(
                    Database, $"{Path.Combine(directory, "hermes.db")}: {problem.TrimEnd('.')}", "Stop the platform, put back a copy of the data directory, and look at the disk for faults."),
                { Entries: { } entries } => Finding.Ok(Database, $"whole, {entries} entries"),
                _ => Finding.Ok(Database, $"none yet in {directory}"),
            },
            report.BlobProblem is { } wrong
                ? Finding.Problem(Blobs, $"{Path.Combine(directory, "blobs")}: {wrong.TrimEnd('.')}", "Make the folder readable for the user that runs the platform.")
                : Finding.Ok(Blobs, Directory.Exists(Path.Combine(directory, "blobs")) ? "the folder is readable" : $"none yet in {directory}"),
        ];
    }

    private static string Existing(string directory)
    {
        var existing = directory;
        while (!Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing) ?? throw new HermesException($"There is no part of {directory}.", directory, "Choose another one with --data-dir.");
        }

        return existing;
    }
}
