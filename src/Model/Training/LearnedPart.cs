namespace Hermes.Model.Training;

/// <summary>What a batch, or a part of it, contributed to the numbers of its step.</summary>
/// <param name="Total">What is minimised.</param>
/// <param name="Segmentation">Cross-entropy and Tversky loss.</param>
/// <param name="Modality">The modality loss, unweighted.</param>
/// <param name="Recognised">Samples whose known modality the network holds to be the likeliest.</param>
/// <param name="Forward">Time of its threads on the way to the losses.</param>
/// <param name="Backward">Time of its threads on the way back to the gradients.</param>
internal readonly record struct LearnedPart(double Total, double Segmentation, double Modality, int Recognised, TimeSpan Forward, TimeSpan Backward)
{
    public static LearnedPart operator +(LearnedPart one, LearnedPart other) => new(
        one.Total + other.Total,
        one.Segmentation + other.Segmentation,
        one.Modality + other.Modality,
        one.Recognised + other.Recognised,
        one.Forward + other.Forward,
        one.Backward + other.Backward);
}
