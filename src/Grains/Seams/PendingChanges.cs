using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Grains.Seams;

/// <summary>Changes that somebody is still to be told of, each once however often it happened; never more than a bundle. For any thread.</summary>
internal sealed class PendingChanges
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Kind, string Key), bool> _isProgress = [];
    private TaskCompletionSource _news = New();
    private bool _isEverything;

    /// <summary>Ends when there is something to be told.</summary>
    public Task News
    {
        get
        {
            lock (_gate)
            {
                return _news.Task;
            }
        }
    }

    /// <summary>Adds changes to those that are there.</summary>
    public void Add(PlatformChanges changes)
    {
        lock (_gate)
        {
            foreach (var change in changes.Changes)
            {
                _isProgress[(change.Kind, change.Key)] = change.IsProgress && _isProgress.GetValueOrDefault((change.Kind, change.Key), true);
            }

            _isEverything |= changes.IsEverything || _isProgress.Count > PlatformChanges.Most;
            if (_isEverything)
            {
                _isProgress.Clear();
            }

            if (_isEverything || _isProgress.Count > 0)
            {
                _news.TrySetResult();
            }
        }
    }

    /// <summary>Takes what is there.</summary>
    public PlatformChanges Take()
    {
        lock (_gate)
        {
            var taken = _isEverything ? PlatformChanges.Everything
                : _isProgress.Count == 0 ? PlatformChanges.Nothing
                : new PlatformChanges { Changes = [.. _isProgress.Select(c => new PlatformChange(c.Key.Kind, c.Key.Key, c.Value))] };
            _isEverything = false;
            _isProgress.Clear();
            _news = _news.Task.IsCompleted ? New() : _news;
            return taken;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
