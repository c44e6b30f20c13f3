namespace Hermes.Imaging.Packages;

/// <summary>A dictionary in the order in which it was filled, such as a state dict.</summary>
public sealed record TorchDictionary : TorchValue
{
    private readonly Dictionary<TorchValue, TorchValue> _values;

    /// <summary>A dictionary of these entries.</summary>
    /// <param name="entries">Keys, which are text or whole numbers, and what stands under them.</param>
    /// <exception cref="ArgumentException">A key is there twice, or is something else.</exception>
    public TorchDictionary(IReadOnlyList<KeyValuePair<TorchValue, TorchValue>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        _values = new Dictionary<TorchValue, TorchValue>(entries.Count);
        foreach (var (key, value) in entries)
        {
            if (key is not (TorchText or TorchWholeNumber))
            {
                throw new ArgumentException("The key of a dictionary is text or a whole number.", nameof(entries));
            }

            if (!_values.TryAdd(key, value))
            {
                throw new ArgumentException("A key is there twice.", nameof(entries));
            }
        }

        Entries = entries;
    }

    /// <summary>Keys and what stands under them, in order.</summary>
    public IReadOnlyList<KeyValuePair<TorchValue, TorchValue>> Entries { get; }

    /// <summary>What stands under a text; null where nothing does.</summary>
    public TorchValue? Find(string key) => _values.GetValueOrDefault(new TorchText(key));
}
