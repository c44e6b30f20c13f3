using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>
/// Rows that can be added to without touching the old ones, and one reserve row (null prior, unknown modality) that is a parameter of its own.
/// Every addition is a parameter of its own too, so old rows can be frozen to the bit while new ones learn.
/// </summary>
internal sealed class PriorTable : Module
{
    private readonly List<Parameter> _segments = [];
    private readonly Parameter _reserve;

    /// <summary>Takes one drawn table apart: its last row becomes the reserve.</summary>
    public PriorTable(string name, Parameter drawn)
        : base(name)
    {
        var count = drawn.shape[0] - 1;
        using (no_grad())
        using (NewDisposeScope())
        {
            Add(new Parameter(drawn.narrow(0, 0, count).clone().DetachFromDisposeScope()));
            _reserve = new Parameter(drawn.narrow(0, count, 1).clone().DetachFromDisposeScope());
        }

        drawn.Dispose();
        register_parameter("reserve", _reserve);
    }

    /// <summary>Number of rows, the reserve not counted.</summary>
    public long Count => _segments.Sum(segment => segment.shape[0]);

    /// <summary>The additions in order, then the reserve.</summary>
    public IReadOnlyList<Parameter> Pieces => [.. _segments, _reserve];

    /// <summary>[Count + 1, ...]: the rows, then the reserve (index <see cref="Count"/>).</summary>
    public Tensor Stacked() => cat([.. Pieces], 0);

    /// <summary>Adds rows at the end.</summary>
    public void Grow(Parameter rows) => Add(rows);

    private void Add(Parameter rows)
    {
        register_parameter($"rows{_segments.Count}", rows);
        _segments.Add(rows);
    }
}
