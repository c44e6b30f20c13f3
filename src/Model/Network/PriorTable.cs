using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>The rows of a prior table, and one reserve row (null prior, unknown modality) that is a parameter of its own.</summary>
internal sealed class PriorTable : Module
{
    private readonly Parameter _rows;
    private readonly Parameter _reserve;

    /// <summary>Takes one drawn table apart: its last row becomes the reserve.</summary>
    public PriorTable(string name, Parameter drawn)
        : base(name)
    {
        var count = drawn.shape[0] - 1;
        using (no_grad())
        using (NewDisposeScope())
        {
            _rows = new Parameter(drawn.narrow(0, 0, count).clone().DetachFromDisposeScope());
            _reserve = new Parameter(drawn.narrow(0, count, 1).clone().DetachFromDisposeScope());
        }

        drawn.Dispose();
        register_parameter("rows", _rows);
        register_parameter("reserve", _reserve);
    }

    /// <summary>Takes over the reserve of another table, and rows of it.</summary>
    /// <param name="other">A table of rows of the same shape.</param>
    /// <param name="rows">Which row becomes as which of the other table.</param>
    public void BeginAs(PriorTable other, IEnumerable<(int Own, int Other)> rows)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        _reserve.copy_(other._reserve);
        foreach ((var own, var like) in rows)
        {
            _rows.narrow(0, own, 1).copy_(other._rows.narrow(0, like, 1));
        }
    }

    /// <summary>The rows, then the reserve.</summary>
    public IReadOnlyList<Parameter> Pieces => [_rows, _reserve];

    /// <summary>[N + 1, ...]: the rows, then the reserve (index N).</summary>
    public Tensor Stacked() => cat([_rows, _reserve], 0);

    /// <summary>[N + 1 + n, ...]: the same, then rows that another owns.</summary>
    public Tensor Stacked(Parameter more) => cat([_rows, _reserve, more], 0);
}
