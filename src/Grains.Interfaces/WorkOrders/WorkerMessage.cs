using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Previews;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>One line a worker writes: JSON, about one order.</summary>
public sealed record WorkerMessage
{
    /// <summary>The order it is about; null for <see cref="Hello"/> and for the <see cref="Pulse"/> of a worker that executes nothing.</summary>
    public string? OrderId { get; init; }

    /// <summary>The first message of a worker.</summary>
    public WorkerHello? Hello { get; init; }

    /// <summary>That the worker lives, and what it executes now: <see cref="OrderId"/>.</summary>
    public WorkerPulse? Pulse { get; init; }

    /// <summary>How far an ingest or a segmentation is.</summary>
    public WorkerProgress? Progress { get; init; }

    /// <summary>What a training order has to say; one that <see cref="TrainReport.IsEnd"/> ends it.</summary>
    public TrainReport? Report { get; init; }

    /// <summary>The result of an ingest order.</summary>
    public CaseFacts? Ingested { get; init; }

    /// <summary>The result of a segment order: what became of each question, in their order.</summary>
    public IReadOnlyList<SegmentAnswer>? Segmented { get; init; }

    /// <summary>The result of an order to compare priors: a <see cref="Priors.PriorMap"/> as JSON.</summary>
    public BlobRef? PriorMap { get; init; }

    /// <summary>The result of an order to make a preview.</summary>
    public Preview? Preview { get; init; }

    /// <summary>The result of an order to import a model.</summary>
    public ImportedModel? Imported { get; init; }

    /// <summary>An order other than to train failed and repeating it would not help.</summary>
    public Failure? Failed { get; init; }

    /// <summary>What else was wrong: both files of a case may be.</summary>
    public IReadOnlyList<Failure> FailedToo { get; init; } = [];

    /// <summary>An order other than to train ended because a cancel was asked for.</summary>
    public bool Cancelled { get; init; }

    /// <summary>What ends an order that was cancelled.</summary>
    public static WorkerMessage CancelledOf(WorkOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order is TrainOrder
            ? new WorkerMessage { OrderId = order.OrderId, Report = new TrainReport { Cancelled = true } }
            : new WorkerMessage { OrderId = order.OrderId, Cancelled = true };
    }

    /// <summary>Whether the order is over.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsEnd => Ingested is not null || Segmented is not null || PriorMap is not null || Preview is not null || Imported is not null || Failed is not null || Cancelled
        || Report is { IsEnd: true };
}

/// <summary>What a worker says of itself when it starts.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="Device">What it found of its device; null of a worker that executes only what needs none.</param>
public sealed record WorkerHello(int ProcessId, WorkerDevice? Device);

/// <summary>What a worker found when it loaded libtorch.</summary>
/// <param name="Name">The device it works on (cpu, cuda:0).</param>
/// <param name="Threads">Its processor threads.</param>
/// <param name="Precision">The number format of convolutions that computes rightly and pays off (fp32, bf16).</param>
/// <param name="Library">libtorch's version.</param>
public sealed record WorkerDevice(string Name, int Threads, string Precision, string Library)
{
    /// <summary>The folder that libtorch was loaded from.</summary>
    public required string LibraryFolder { get; init; }

    /// <summary>What libtorch can use on this machine: the processor, then the cards.</summary>
    public required IReadOnlyList<FoundDevice> Devices { get; init; }

    /// <summary>The time of convolutions in bfloat16 divided by that in float32; null where it was not measured because the kind of device tells which is faster.</summary>
    public double? BFloat16Share { get; init; }

    /// <summary>The library that allocates its memory; null for the C library.</summary>
    public string? Allocator { get; init; }
}

/// <summary>A device that libtorch can use.</summary>
/// <param name="Name">cpu, or cuda:0 and so on.</param>
/// <param name="Memory">Bytes of its memory; null where nothing can tell.</param>
/// <param name="Card">What a card is called by its maker; null of a processor, and where nothing can tell.</param>
public sealed record FoundDevice(string Name, long? Memory, string? Card);

/// <summary>A worker's sign of life: when it begins or ends an order, when it comes to another phase, and every second between.</summary>
/// <param name="Phase">The <see cref="WorkPhase"/> it is at.</param>
/// <param name="StillSeconds">How long the executing thread has not got on, counted while the process was awake.</param>
public sealed record WorkerPulse(string Phase, int StillSeconds);

/// <summary>How far an order is.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Done">Done, in the phase's units.</param>
/// <param name="Total">Of how many.</param>
public sealed record WorkerProgress(string Phase, int Done, int Total);
