namespace Hermes.Model.Training;

/// <summary>The numbers of one step.</summary>
/// <param name="Step">Which step, from 1.</param>
/// <param name="Loss">The whole loss.</param>
/// <param name="SegmentationLoss">Cross-entropy plus Tversky loss.</param>
/// <param name="ModalityLoss">The modality loss, not weighted.</param>
/// <param name="LearningRate">The rate of the step.</param>
/// <param name="GradientNorm">The global gradient norm before clipping.</param>
/// <param name="Seconds">Wall time of the step, waiting for its batch included.</param>
public sealed record StepMetrics(int Step, double Loss, double SegmentationLoss, double ModalityLoss, double LearningRate, double GradientNorm, double Seconds);
