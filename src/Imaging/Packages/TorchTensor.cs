namespace Hermes.Imaging.Packages;

/// <summary>A tensor of a checkpoint: which elements of a storage it has. <see cref="TorchCheckpointFile"/> makes them, and reads their bytes.</summary>
public sealed record TorchTensor : TorchValue
{
    private const int LargestRank = 64;

    internal TorchTensor(TorchStorage storage, long offset, IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        if (Fault(storage, offset, shape, strides) is { } fault)
        {
            throw new ArgumentException($"The tensor {fault}.", nameof(storage));
        }

        (Storage, Offset, Shape, Strides) = (storage, offset, shape, strides);
        Elements = shape.Aggregate(1L, (product, axis) => product * axis);
        Extent = Elements == 0 ? 0 : 1 + shape.Zip(strides, (axis, stride) => (axis - 1) * stride).Sum();
        IsRowMajor = RowMajor(Elements, shape, strides);
    }

    /// <summary>Its element type.</summary>
    public TorchElementType Type => Storage.Type;

    /// <summary>Its shape; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>For each axis, how many elements of the storage lie from one index to the next.</summary>
    public IReadOnlyList<long> Strides { get; }

    /// <summary>Its first element, counted in the storage.</summary>
    public long Offset { get; }

    /// <summary>Where its elements are; other tensors may have the same.</summary>
    public TorchStorage Storage { get; }

    /// <summary>Number of elements; no more than the storage has.</summary>
    public long Elements { get; }

    /// <summary>Number of bytes.</summary>
    public long Length => Elements * TorchStorage.ElementSize(Type);

    /// <summary>Elements of the storage from its first to its last.</summary>
    internal long Extent { get; }

    /// <summary>Whether its elements lie one after another in the storage, the last axis running fastest.</summary>
    internal bool IsRowMajor { get; }

    /// <summary>Why there is no such tensor, as what follows "the tensor"; null if there may be one.</summary>
    internal static string? Fault(TorchStorage storage, long offset, IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        if (shape.Count != strides.Count || shape.Count > LargestRank)
        {
            return $"has {shape.Count} axes and {strides.Count} strides; as many of both, at most {LargestRank}, are expected";
        }

        if (offset < 0 || shape.Any(axis => axis < 0) || strides.Any(stride => stride < 0))
        {
            return "has a negative size, stride or offset";
        }

        if (shape.Contains(0))
        {
            return null;
        }

        (Int128 elements, Int128 last) = (1, offset);
        for (var n = 0; n < shape.Count && elements <= storage.Elements && last < storage.Elements; n++)
        {
            elements *= shape[n];
            last += (Int128)(shape[n] - 1) * strides[n];
        }

        return last >= storage.Elements ? $"reaches outside its storage '{storage.Key}' of {storage.Elements} elements"
            : elements > storage.Elements ? $"has the {storage.Elements} elements of its storage '{storage.Key}' more than once, as an expanded one does"
            : null;
    }

    /// <summary>Strides of a tensor whose elements lie one after another.</summary>
    /// <exception cref="OverflowException">The shape has more elements than can be counted.</exception>
    internal static long[] RowMajorStrides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        var stride = 1L;
        for (var n = shape.Count - 1; n >= 0; n--)
        {
            strides[n] = stride;
            stride = checked(stride * Math.Max(1, shape[n]));
        }

        return strides;
    }

    // An axis of one element is not walked, whatever its stride.
    private static bool RowMajor(long elements, IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        var stride = 1L;
        for (var n = shape.Count - 1; elements > 0 && n >= 0; n--)
        {
            if (shape[n] != 1 && strides[n] != stride)
            {
                return false;
            }

            stride *= shape[n];
        }

        return true;
    }
}
