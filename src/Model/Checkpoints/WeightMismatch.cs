using Hermes.Imaging.Packages;

namespace Hermes.Model.Checkpoints;

/// <summary>A tensor that is not what a network needs.</summary>
/// <param name="Name">Its official name.</param>
/// <param name="Expected">The shape that is needed; null when the network has no use for it.</param>
/// <param name="Found">What the file holds; null when it is missing.</param>
public sealed record WeightMismatch(string Name, IReadOnlyList<long>? Expected, TorchTensor? Found)
{
    /// <summary>Missing, unexpected, or of another shape or type.</summary>
    public string Kind => Found is null ? "missing" : Expected is null ? "unexpected" : Found.Shape.SequenceEqual(Expected) ? "of another type" : "of another shape";
}
