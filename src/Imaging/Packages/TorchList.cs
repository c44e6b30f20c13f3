namespace Hermes.Imaging.Packages;

/// <summary>A list.</summary>
/// <param name="Items">What is in it, in order.</param>
public sealed record TorchList(IReadOnlyList<TorchValue> Items) : TorchValue;
