namespace Hermes.Imaging.Configuration;

/// <summary>How much the segmentation losses of a network with an auxiliary mask head count (docs/method.md, Losses).</summary>
/// <param name="Main">Weight of the main head's.</param>
/// <param name="Auxiliary">Weight of the auxiliary head's.</param>
public sealed record DeepSupervision(double Main, double Auxiliary);
