namespace Hermes.Imaging.Configuration;

/// <summary>What a dataset's weight is multiplied with when patches are drawn.</summary>
public enum SamplingRule
{
    /// <summary>Its number of training cases: a weight belongs to every image (docs/method.md, Sampling).</summary>
    Case,

    /// <summary>Nothing: datasets of equal weight are seen equally often, however many cases they have.</summary>
    Dataset,
}
