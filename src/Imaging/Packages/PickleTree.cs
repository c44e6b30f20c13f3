namespace Hermes.Imaging.Packages;

/// <summary>Makes the tree of what a pickle has filled: containers that do not change any more, each once, and none that holds itself.</summary>
internal sealed class PickleTree(PickleSource source)
{
    /// <summary>Containers in containers, at most.</summary>
    public const int LargestDepth = 64;

    // What this machine takes for each.
    private const int ContainerBytes = 256;
    private const int ItemBytes = 40;

    /// <summary>The tree of a value.</summary>
    /// <exception cref="InvalidDataException">It is none, or larger than the pickle accounts for.</exception>
    public TorchValue Of(object value) => Of(value, 0);

    private TorchValue Of(object value, int depth)
    {
        if (value is TorchValue leaf)
        {
            return leaf;
        }

        var container = value as PickleContainer ?? throw source.NotRead("has a storage or a name of its own, which is not read: only tensors, containers and numbers are");
        if (container.IsUnderWay)
        {
            throw source.NotRead("has a container that holds itself, which is not read");
        }

        if (depth + container.Height > LargestDepth)
        {
            throw source.NotRead($"has containers in containers more than {LargestDepth} deep, which is not read");
        }

        if (container.Value is not null)
        {
            return container.Value;
        }

        container.IsUnderWay = true;
        var items = container.Items;
        source.Spend(ContainerBytes + ItemBytes * (long)items.Count);
        var values = new TorchValue[items.Count];
        for (var n = 0; n < values.Length; n++)
        {
            values[n] = Of(items[n], depth + 1);
            var inner = items[n] as PickleContainer;
            container.Values += inner?.Values ?? 1;
            container.Height = Math.Max(container.Height, 1 + inner?.Height ?? 0);
            if (container.Values > source.Size)
            {
                // A value takes a byte, so there are more only where some are there again and again.
                throw source.NotRead("repeats its values until there are more than it has bytes, which is not read");
            }
        }

        container.IsUnderWay = false;
        return container.Value = container.Kind switch
        {
            PickleContainerKind.List => new TorchList(values),
            PickleContainerKind.Tuple => new TorchTuple(values),
            _ => Dictionary(values),
        };
    }

    private TorchDictionary Dictionary(TorchValue[] keysAndValues)
    {
        var entries = new KeyValuePair<TorchValue, TorchValue>[keysAndValues.Length / 2];
        for (var n = 0; n < entries.Length; n++)
        {
            entries[n] = new(keysAndValues[2 * n], keysAndValues[2 * n + 1]);
        }

        try
        {
            return new TorchDictionary(entries);
        }
        catch (ArgumentException)
        {
            throw source.Damaged("has a dictionary that says a key twice");
        }
    }
}
