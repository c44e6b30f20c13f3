using System.Diagnostics;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Workers;

/// <summary>
/// One order at a worker as spans: the order, and in it the phases as the worker says them. They continue the trace of whoever asked. The silo makes them,
/// so that a worker knows no trace and opens no connection.
/// </summary>
internal sealed class WorkSpans : IDisposable
{
    // A training of weeks comes to more phases than those who keep traces take; the first tell how it goes.
    private const int MostPhases = 500;

    private readonly Lock _gate = new();
    private readonly Activity? _work;
    private Activity? _phase;
    private string _at = "";
    private int _phases;

    /// <summary>The order is given to the worker.</summary>
    public WorkSpans(WorkOrder order, string worker)
    {
        ActivityContext.TryParse(order.TraceParent, traceState: null, isRemote: true, out var asked);
        _work = Start($"worker {Kind(order)}", asked);
        _work?.SetTag("hermes.order", order.OrderId).SetTag("hermes.worker", worker);
    }

    /// <summary>The worker is at this phase.</summary>
    public void At(string phase)
    {
        lock (_gate)
        {
            if (_work is null || _at == phase)
            {
                return;
            }

            Stop(_phase);
            _at = phase;
            _phase = ++_phases <= MostPhases ? Start(phase, _work.Context) : null;
        }
    }

    /// <summary>The order ended with this message.</summary>
    public void End(WorkerMessage end)
    {
        if (end.Failed is { } failed)
        {
            Fail(failed.Message);
        }
        else if (end.Report?.Failed is { } stopped)
        {
            Fail(stopped.Message);
        }
        else if (end.Cancelled || end.Report is { Cancelled: true })
        {
            _work?.SetTag("hermes.cancelled", true);
        }
    }

    /// <summary>The order ended without an answer.</summary>
    public void Fail(string why) => _work?.SetStatus(ActivityStatusCode.Error, why);

    public void Dispose()
    {
        lock (_gate)
        {
            Stop(_phase);
            Stop(_work);
            (_phase, _at) = (null, "");
        }
    }

    private static string Kind(WorkOrder order) => order switch
    {
        IngestOrder => "ingest",
        TrainOrder => "train",
        _ => "segment",
    };

    // Whoever reads the worker's lines is at something else: the spans are not that one's.
    private static Activity? Start(string name, ActivityContext parent)
    {
        var current = Activity.Current;
        Activity.Current = null;
        var span = Tracing.Spans.StartActivity(name, ActivityKind.Internal, parent);
        Activity.Current = current;
        return span;
    }

    private static void Stop(Activity? span)
    {
        var current = Activity.Current;
        span?.Dispose();
        Activity.Current = current;
    }
}
