using System.Runtime.CompilerServices;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Grains.Progress;

/// <summary>The events of one piece of work that watchers follow. Kept in memory; what must last is in the owner's state.</summary>
internal sealed class Story(TimeProvider clock, TimeSpan heartbeat)
{
    // Enough for a watcher that reconnects after a minute; older events are summed up by the newest.
    private const int Kept = 256;

    private readonly Queue<ProgressEvent> _events = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ProgressEvent? Last { get; private set; }

    public long LastSequence { get; private set; }

    /// <summary>Appends an event; its number and time are given here.</summary>
    public void Append(Happening happened)
    {
        Append(new ProgressEvent
        {
            Sequence = ++LastSequence,
            Time = clock.GetUtcNow(),
            State = happened.State,
            Phase = happened.Phase,
            Done = happened.Done,
            Total = happened.Total,
            Message = happened.Message,
            Metrics = happened.Metrics,
            IsLast = happened.IsLast,
        });
    }

    private void Append(ProgressEvent happened)
    {
        Last = happened;
        _events.Enqueue(Last);
        if (_events.Count > Kept)
        {
            _events.Dequeue();
        }

        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    /// <summary>Numbers go on after <paramref name="sequence"/>, which an earlier activation had reached.</summary>
    public void ContinueAfter(long sequence) => LastSequence = Math.Max(LastSequence, sequence);

    public async IAsyncEnumerable<ProgressEvent> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after > LastSequence)
        {
            // The watcher has seen more than this activation remembers: the present is told as the next event.
            LastSequence = after;
            if (Last is { } present)
            {
                Append(present with { Sequence = ++LastSequence, Time = clock.GetUtcNow() });
            }
        }
        else if (after == LastSequence && Last is { IsLast: true } end)
        {
            yield return end with { IsHeartbeat = true };
            yield break;
        }

        while (true)
        {
            foreach (var happened in _events.Where(e => e.Sequence > after).ToList())
            {
                after = happened.Sequence;

                // An end that was followed by a resume was none: readers stop at what they are told is the last.
                var told = happened with { IsLast = happened.IsLast && happened.Sequence == LastSequence };
                yield return told;
                if (told.IsLast)
                {
                    yield break;
                }
            }

            var changed = _changed.Task;
            if (Last?.Sequence > after)
            {
                continue;
            }

            if (await Task.WhenAny(changed, Task.Delay(heartbeat, clock, cancellationToken)) != changed)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return (Last ?? new ProgressEvent { Sequence = after, Time = clock.GetUtcNow(), State = StateWords.Absent }) with
                {
                    Time = clock.GetUtcNow(),
                    IsHeartbeat = true,
                };
            }
        }
    }
}
