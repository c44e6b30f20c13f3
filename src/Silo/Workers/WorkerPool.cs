using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Hermes.Silo.Telemetry;

namespace Hermes.Silo.Workers;

/// <summary>One worker process for each device and some beside them, all started when they are first needed.</summary>
internal sealed class WorkerPool : IWorkerPool, IAsyncDisposable
{
    // A silo that is not heard because its worker has all processors would be taken for dead.
    private const int BehindOthers = 5;

    // What needs no device is done beside training, not instead of it.
    private const int BehindTraining = 10;

    private readonly Dictionary<string, WorkerSlot> _devices;
    private readonly List<WorkerSlot> _beside;
    private readonly Channel<WorkerSlot> _freeBeside;

    public WorkerPool(SiloSettings settings, Troubles troubles, SiloMetrics metrics, ILogger<WorkerPool> log)
    {
        var patience = new WorkerPatience { Factor = settings.Patience };
        _devices = settings.Devices.ToDictionary(
            settings.DeviceKey,
            d => new WorkerSlot(settings.DeviceKey(d), () => OnDevice(settings, d), patience, troubles, metrics, log));
        _beside = [.. Enumerable.Range(1, settings.IngestWorkers).Select(
            n => new WorkerSlot($"{settings.Name}/beside-{n}", () => Program(settings, $"beside-{n}", BehindTraining, "--without-device"), patience, troubles, metrics, log))];
        _freeBeside = Channel.CreateUnbounded<WorkerSlot>();
        _beside.ForEach(s => _freeBeside.Writer.TryWrite(s));
    }

    public int WidthBeside => _beside.Count;

    public IAsyncEnumerable<WorkerMessage> ExecuteAsync(string device, WorkOrder order, bool alone, CancellationToken cancellationToken) =>
        _devices.TryGetValue(device, out var slot)
            ? slot.ExecuteAsync(order, alone, cancellationToken)
            : throw new InvalidOperationException($"This silo has no device {device}; it has {string.Join(", ", _devices.Keys)}.");

    public async IAsyncEnumerable<WorkerMessage> ExecuteBesideAsync(WorkOrder order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var slot = await _freeBeside.Reader.ReadAsync(cancellationToken);
        try
        {
            await foreach (var message in slot.ExecuteAsync(order, alone: false, cancellationToken))
            {
                yield return message;
            }
        }
        finally
        {
            _freeBeside.Writer.TryWrite(slot);
        }
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_devices.Values.Concat(_beside).Select(s => s.DisposeAsync().AsTask()));

    private static ProcessStartInfo OnDevice(SiloSettings settings, string device) => Program(
        settings,
        device.Replace(':', '-'),
        BehindOthers,
        "--device", SiloSettings.LibraryDevice(device), "--threads", settings.Threads.ToString(CultureInfo.InvariantCulture),
        "--checkpoint-seconds", settings.CheckpointEvery.TotalSeconds.ToString(CultureInfo.InvariantCulture));

    private static ProcessStartInfo Program(SiloSettings settings, string place, int niceness, params string[] options)
    {
        const string Nice = "/usr/bin/nice";

        // What the one before was writing when it was killed.
        var temporary = Path.Combine(settings.DataDirectory, "tmp", place);
        if (Directory.Exists(temporary))
        {
            Directory.Delete(temporary, recursive: true);
        }

        var worker = (PlatformProgram.Worker with { Allocator = settings.Allocator }).StartInfo(
            ["serve", "--data-dir", settings.DataDirectory, "--temporary-dir", temporary, "--blobs-dir", settings.BlobsDirectory, "--site", settings.Site, .. settings.LibtorchOptions, .. options]);

        // What is on a command line every user of the machine can read. Whoever reads volumes from outside needs the blobs only.
        worker.Environment[BlobAddress.Variable] = settings.Blobs;
        worker.Environment.Remove(DatabaseAddress.Variable);
        worker.Environment.Remove(BrokerAddress.Variable);
        foreach (var name in worker.Environment.Keys.Where(IsOfTelemetry).ToList())
        {
            worker.Environment.Remove(name);
        }

        if (File.Exists(Nice))
        {
            worker.ArgumentList.Insert(0, worker.FileName);
            worker.ArgumentList.Insert(0, niceness.ToString(CultureInfo.InvariantCulture));
            worker.ArgumentList.Insert(0, "-n");
            worker.FileName = Nice;
        }

        return worker;

        // Headers that a collector asks for are a secret.
        static bool IsOfTelemetry(string name) => name.StartsWith("OTEL_", StringComparison.Ordinal);
    }
}
