namespace Hermes.Imaging.Packages;

/// <summary>A whole number: a count, an epoch, a seed.</summary>
/// <param name="Value">The number; seeds are unsigned and take more than 63 bits.</param>
public sealed record TorchWholeNumber(Int128 Value) : TorchValue;
