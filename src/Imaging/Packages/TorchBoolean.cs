namespace Hermes.Imaging.Packages;

/// <summary>True or false.</summary>
/// <param name="Value">Which of them.</param>
public sealed record TorchBoolean(bool Value) : TorchValue;
