using System.CommandLine;
using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Worker.Commands;

/// <summary>What a worker must know that no order says.</summary>
/// <param name="DataDirectory">The platform's data directory, in which the cache is.</param>
/// <param name="TemporaryDirectory">The folder of files under way; no other worker has it.</param>
/// <param name="BlobsDirectory">The folder of the blobs.</param>
/// <param name="Site">The site whose blobs these are.</param>
/// <param name="WithoutDevice">Whether it only executes orders that need no device; libtorch is loaded when one needs it.</param>
/// <param name="Device">cpu or cuda:N.</param>
/// <param name="Threads">Processor threads for tensor work.</param>
/// <param name="CheckpointEvery">How often a training order saves what it has.</param>
/// <param name="MaxVoxels">Largest volume accepted, in voxels.</param>
/// <param name="Libtorch">Which libtorch is loaded.</param>
internal sealed record WorkerOptions(
    string DataDirectory, string TemporaryDirectory, string BlobsDirectory, string Site, bool WithoutDevice, string Device, int Threads, TimeSpan CheckpointEvery, long MaxVoxels,
    LibtorchChoice Libtorch)
{
    private static readonly Option<string> Data = new("--data-dir")
    {
        Description = "The platform's data directory.",
        Required = true,
    };

    private static readonly Option<string?> Temporary = new("--temporary-dir")
    {
        Description = "A folder for files under way that no other worker has; one of its own below the data directory when not given.",
    };

    private static readonly Option<string?> Blobs = new("--blobs-dir")
    {
        Description = "The folder of the blobs; blobs below the data directory when not given.",
    };

    private static readonly Option<string> OfSite = new("--site") { Description = "The site whose blobs these are.", DefaultValueFactory = _ => Names.DefaultSite };

    private static readonly Option<bool> NoDevice = new("--without-device")
    {
        Description = "Execute only orders that need no device; libtorch is loaded on one thread when one needs it, and the options about tensors have no effect.",
    };

    private static readonly Option<string> OnDevice = new("--device")
    {
        Description = "Where tensors live: cpu, or cuda:0 with a libtorch that has CUDA.",
        DefaultValueFactory = _ => "cpu",
    };

    private static readonly Option<int> WithThreads = new("--threads")
    {
        Description = "Processor threads for tensor work. Bits are promised to be equal for an equal number.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<double> CheckpointSeconds = new("--checkpoint-seconds")
    {
        Description = "A training order saves a checkpoint this often.",
        DefaultValueFactory = _ => 30,
    };

    private static readonly Option<long> Voxels = new("--max-voxels")
    {
        Description = "A volume with more voxels is refused before memory is taken.",
        DefaultValueFactory = _ => VolumeLimits.Default.MaxVoxels,
    };

    /// <summary>What can be made again: prepared cases, copies of blobs, what was measured of devices.</summary>
    public string CacheDirectory => CacheOf(DataDirectory);

    /// <summary>The folder of that in a data directory.</summary>
    public static string CacheOf(string dataDirectory) => Path.Combine(dataDirectory, "cache");

    public static void AddTo(Command command)
    {
        command.Options.Add(Data);
        command.Options.Add(Temporary);
        command.Options.Add(Blobs);
        command.Options.Add(OfSite);
        command.Options.Add(NoDevice);
        command.Options.Add(OnDevice);
        command.Options.Add(WithThreads);
        command.Options.Add(CheckpointSeconds);
        command.Options.Add(Voxels);
        LibtorchChoice.AddTo(command);
    }

    public static WorkerOptions From(ParseResult parsed) => new(
        Path.GetFullPath(parsed.GetRequiredValue(Data)),
        Path.GetFullPath(
            parsed.GetValue(Temporary) ?? Path.Combine(parsed.GetRequiredValue(Data), "tmp", Environment.ProcessId.ToString(CultureInfo.InvariantCulture))),
        Path.GetFullPath(parsed.GetValue(Blobs) ?? Path.Combine(parsed.GetRequiredValue(Data), "blobs")),
        parsed.GetRequiredValue(OfSite),
        parsed.GetValue(NoDevice),
        parsed.GetRequiredValue(OnDevice),
        parsed.GetRequiredValue(WithThreads),
        TimeSpan.FromSeconds(parsed.GetRequiredValue(CheckpointSeconds)),
        parsed.GetRequiredValue(Voxels),
        LibtorchChoice.From(parsed));
}
