namespace Hermes.Grains.Interfaces.Segmentations;

/// <summary>Agreement of an answer with a reference for one task.</summary>
/// <param name="Dice">Dice coefficient, or null when the reference lacks the task.</param>
/// <param name="ReferenceMl">Volume in the reference, in ml.</param>
/// <param name="FalsePositiveMl">Volume found outside the reference, in ml.</param>
/// <param name="FalseNegativeMl">Volume of the reference not found, in ml.</param>
[GenerateSerializer, Immutable, Alias("hermes.TaskAgreement")]
public sealed record TaskAgreement(
    [property: Id(0)] double? Dice,
    [property: Id(1)] double ReferenceMl,
    [property: Id(2)] double FalsePositiveMl,
    [property: Id(3)] double FalseNegativeMl);
