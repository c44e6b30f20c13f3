using TorchSharp.Modules;

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
}
