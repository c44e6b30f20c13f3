using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hermes.Model.Network;

/// <summary>
/// One tensor of the official state dict and the parameters that hold it here. Almost always one; a prior table consists of its rows
/// in the order they were added, then the null (or unknown) row. Stacked along the first axis the pieces are the official tensor,
/// and an optimiser that scales steps per tensor must treat them as one.
/// </summary>
/// <param name="Name">Official name, such as <c>inc.conv1.weight</c>.</param>
/// <param name="Pieces">The parameters, in order.</param>
public sealed record NetworkParameter(string Name, IReadOnlyList<Parameter> Pieces)
{
    /// <summary>Shape of the pieces stacked along the first axis.</summary>
    public long[] Shape => [Pieces.Sum(piece => piece.shape[0]), .. Pieces[0].shape.Skip(1)];

    /// <summary>A copy of the values, stacked.</summary>
    public Tensor Read()
    {
        using (no_grad())
        using (NewDisposeScope())
        {
            return cat([.. Pieces], 0).MoveToOuterDisposeScope();
        }
    }

    /// <summary>The gradients, stacked; null while no piece has one. A piece without gradient counts as zero.</summary>
    public Tensor? Gradient()
    {
        if (Pieces.All(piece => piece.grad is null))
        {
            return null;
        }

        using (no_grad())
        using (NewDisposeScope())
        {
            return cat([.. Pieces.Select(piece => piece.grad ?? zeros_like(piece))], 0).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Overwrites the values.</summary>
    /// <param name="values">A tensor of <see cref="Shape"/>.</param>
    /// <exception cref="ArgumentException">The shape differs.</exception>
    public void Write(Tensor values)
    {
        if (!values.shape.SequenceEqual(Shape))
        {
            throw new ArgumentException($"Parameter '{Name}' has shape [{string.Join(", ", Shape)}], the given values have [{string.Join(", ", values.shape)}].", nameof(values));
        }

        using (no_grad())
        using (NewDisposeScope())
        {
            long row = 0;
            foreach (var piece in Pieces)
            {
                piece.copy_(values.narrow(0, row, piece.shape[0]));
                row += piece.shape[0];
            }
        }
    }
}
