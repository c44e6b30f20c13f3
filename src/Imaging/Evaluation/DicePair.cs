namespace Hermes.Imaging.Evaluation;

/// <summary>How well two networks found one task in the same case.</summary>
/// <param name="Case">The case's identity.</param>
/// <param name="Before">Dice of the first network, in 0 to 1.</param>
/// <param name="After">Dice of the second network, in 0 to 1.</param>
public sealed record DicePair(string Case, double Before, double After);
