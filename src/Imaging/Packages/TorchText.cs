namespace Hermes.Imaging.Packages;

/// <summary>Text.</summary>
/// <param name="Text">The text.</param>
public sealed record TorchText(string Text) : TorchValue;
