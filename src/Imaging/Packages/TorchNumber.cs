namespace Hermes.Imaging.Packages;

/// <summary>A number.</summary>
/// <param name="Value">The number; may be infinite or not a number.</param>
public sealed record TorchNumber(double Value) : TorchValue;
