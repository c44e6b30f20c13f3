namespace Hermes.Model.Training;

/// <summary>What a batch, or a part of it, contributed to the losses of its step.</summary>
/// <param name="Total">What is minimised.</param>
/// <param name="Segmentation">Cross-entropy and Tversky loss.</param>
/// <param name="Modality">The modality loss, unweighted.</param>
internal readonly record struct LearnedLosses(double Total, double Segmentation, double Modality)
{
    public static LearnedLosses operator +(LearnedLosses one, LearnedLosses other) =>
        new(one.Total + other.Total, one.Segmentation + other.Segmentation, one.Modality + other.Modality);
}
