namespace Hermes.Silo.Workers;

/// <summary>Lets orders in to a worker: any number together, or one alone, for which those inside are asked to leave.</summary>
internal sealed class Door
{
    private readonly Lock _gate = new();
    private readonly List<Visit> _inside = [];
    private Visit? _alone;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until the order may come in; disposing the visit lets it out.</summary>
    /// <exception cref="OperationCanceledException">It no longer wants to.</exception>
    public async Task<Visit> EnterAsync(bool alone, CancellationToken cancellationToken)
    {
        var visit = new Visit(this);
        try
        {
            while (!TryEnter(visit, alone, out var inside, out var changed))
            {
                await Task.WhenAll(inside.Select(other => other.AskToLeaveAsync()));
                await changed.WaitAsync(cancellationToken);
            }

            return visit;
        }
        catch
        {
            visit.Dispose();
            throw;
        }
    }

    private bool TryEnter(Visit visit, bool alone, out IReadOnlyList<Visit> askToLeave, out Task changed)
    {
        lock (_gate)
        {
            (askToLeave, changed) = ([], _changed.Task);
            if (_alone is not null && _alone != visit)
            {
                return false;
            }

            if (alone && _inside.Count > 0)
            {
                _alone = visit;
                askToLeave = [.. _inside];
                return false;
            }

            _alone = alone ? visit : null;
            _inside.Add(visit);
            return true;
        }
    }

    private void Leave(Visit visit)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _inside.Remove(visit);
            _alone = _alone == visit ? null : _alone;
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }

    /// <summary>An order inside, or before the door.</summary>
    internal sealed class Visit(Door door) : IDisposable
    {
        private readonly CancellationTokenSource _leave = new();

        /// <summary>Somebody wants to be alone.</summary>
        public CancellationToken Leave => _leave.Token;

        public Task AskToLeaveAsync() => _leave.CancelAsync();

        // The source is left to the collector: somebody may just be asking.
        public void Dispose() => door.Leave(this);
    }
}
