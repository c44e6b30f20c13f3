namespace Hermes.Imaging.Packages;

/// <summary>A container while a pickle fills it; it may come to hold itself, which shows when its tree is made.</summary>
internal sealed class PickleContainer(PickleContainerKind kind)
{
    private List<object>? _items;

    public PickleContainerKind Kind { get; } = kind;

    public bool IsDictionary => Kind is PickleContainerKind.Dictionary or PickleContainerKind.OrderedDictionary;

    /// <summary>What is in it; of a dictionary, keys and values in turn.</summary>
    public IReadOnlyList<object> Items => _items ?? (IReadOnlyList<object>)[];

    /// <summary>What became of it; null before its tree is made.</summary>
    public TorchValue? Value { get; set; }

    /// <summary>Whether its tree is being made.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>Values in its tree, itself among them; one that is there twice counts twice.</summary>
    public long Values { get; set; } = 1;

    /// <summary>Containers in containers, itself among them.</summary>
    public int Height { get; set; } = 1;

    public void Add(params ReadOnlySpan<object> items) => (_items ??= []).AddRange(items);
}
