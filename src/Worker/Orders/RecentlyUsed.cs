namespace Hermes.Worker.Orders;

/// <summary>Keeps what was used last loaded; what was used longest ago is let go of before another is loaded, so there are never more.</summary>
/// <param name="kept">How many are kept.</param>
internal sealed class RecentlyUsed<T>(int kept)
    where T : class, IDisposable
{
    private readonly List<(string Key, T Value)> _loaded = [];

    /// <summary>Lets go of all.</summary>
    public void Release()
    {
        _loaded.ForEach(l => l.Value.Dispose());
        _loaded.Clear();
    }

    /// <summary>What has a key, loaded if it is not there.</summary>
    public T Get(string key, Func<T> load)
    {
        var index = _loaded.FindIndex(l => l.Key == key);
        if (index < 0 && _loaded.Count >= kept)
        {
            _loaded[^1].Value.Dispose();
            _loaded.RemoveAt(_loaded.Count - 1);
        }

        var found = index >= 0 ? _loaded[index] : (key, load());
        if (index >= 0)
        {
            _loaded.RemoveAt(index);
        }

        _loaded.Insert(0, found);
        return found.Item2;
    }
}
