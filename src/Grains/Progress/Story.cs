using System.Runtime.CompilerServices;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Grains.Progress;

/// <summary>
/// The events of one piece of work that watchers follow. Kept in memory: the last ones, and of those before them what a person wants to know later, which an owner
/// may store.
/// </summary>
internal sealed class Story(TimeProvider clock, TimeSpan heartbeat)
{
    // Enough for a watcher that reconnects after a minute; older events are summed up by the newest.
    private const int Kept = 256;

    private const int LastingKept = 100;

    private readonly Queue<ProgressEvent> _events = new();
    private IReadOnlyList<ProgressEvent> _lasting = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ProgressEvent? Last { get; private set; }

    public long LastSequence { get; private set; }

    /// <summary>Appends an event; its number and time are given here.</summary>
    public void Append(Happening happened)
    {
        var next = Next(happened);
        LastSequence = next.Sequence;
        Append(next);
    }

    /// <summary>What an earlier activation stored of <see cref="Lasting"/>.</summary>
    public void Remember(IReadOnlyList<ProgressEvent> lasting) => _lasting = lasting;

    /// <summary>Every change of state and every sentence, the last of them.</summary>
    /// <param name="next">What is told next, if it is to be among them.</param>
    public IReadOnlyList<ProgressEvent> Lasting(Happening? next = null) => next is null ? _lasting : With(Next(next));

    // Of progress in between only the newest is of interest.
    private IReadOnlyList<ProgressEvent> With(ProgressEvent next) =>
        next.IsNewsAfter(_lasting.Count > 0 ? _lasting[^1] : null) ? [.. _lasting.TakeLast(LastingKept - 1), next with { Metrics = null }] : _lasting;

    private ProgressEvent Next(Happening happened) => new()
    {
        Sequence = LastSequence + 1,
        Time = clock.GetUtcNow(),
        State = happened.State,
        Phase = happened.Phase,
        Done = happened.Done,
        Total = happened.Total,
        Message = happened.Message,
        Metrics = happened.Metrics,
        IsLast = happened.IsLast,
    };

    private void Append(ProgressEvent happened)
    {
        _lasting = With(happened);
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
            var oldest = _events.TryPeek(out var first) ? first.Sequence : long.MaxValue;
            foreach (var happened in _lasting.TakeWhile(e => e.Sequence < oldest).Select(e => e with { IsPast = true }).Concat(_events).Where(e => e.Sequence > after).ToList())
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
