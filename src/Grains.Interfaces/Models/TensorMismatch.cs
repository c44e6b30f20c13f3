namespace Hermes.Grains.Interfaces.Models;

/// <summary>A tensor of a checkpoint that is not what its network needs.</summary>
/// <param name="Name">Its name in the official implementation.</param>
/// <param name="Kind">Missing, unexpected, of another shape or of another type.</param>
/// <param name="Expected">What is needed; empty for a tensor that is not.</param>
/// <param name="Found">What the file holds; empty for a tensor that is missing.</param>
[GenerateSerializer, Immutable, Alias("hermes.TensorMismatch")]
public sealed record TensorMismatch(
    [property: Id(0)] string Name, [property: Id(1)] string Kind, [property: Id(2)] string Expected, [property: Id(3)] string Found);
