namespace Hermes.Imaging.Packages;

/// <summary>A tuple.</summary>
/// <param name="Items">What is in it, in order.</param>
public sealed record TorchTuple(IReadOnlyList<TorchValue> Items) : TorchValue;
