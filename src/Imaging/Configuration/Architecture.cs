namespace Hermes.Imaging.Configuration;

/// <summary>The published networks (docs/method.md, The network); their official names are the values of the key <c>arch</c>.</summary>
public enum Architecture
{
    /// <summary>Hermes-R: a residual U-Net with prior fusions (<c>resunet</c>).</summary>
    ResUNet,

    /// <summary>Hermes-M: MedFormer, whose transformers carry the priors among their tokens (<c>medformer</c>).</summary>
    MedFormer,
}
