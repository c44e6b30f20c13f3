using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Phantoms;

/// <summary>One synthetic case with known truth.</summary>
/// <param name="Id">Such as <c>ct_012</c>.</param>
/// <param name="Kind">What it imitates.</param>
/// <param name="Image">Intensities: HU, arbitrary units (T1), or standardised uptake values (PET).</param>
/// <param name="Labels">The truth on the image's grid; 0 is background.</param>
public sealed record PhantomCase(string Id, PhantomKind Kind, Volume<float> Image, Volume<ushort> Labels);

/// <summary>What a phantom imitates.</summary>
public enum PhantomKind
{
    /// <summary>An abdomen in CT: liver, spleen and two kidneys among fat, muscle, bone and a stomach of the same density.</summary>
    Ct,

    /// <summary>A head in T1-weighted MRI: ventricles, thalami and cerebellum among cortex, white matter, CSF and skull.</summary>
    T1,

    /// <summary>A torso in PET: lesions among physiological uptake of the same height in brain and bladder.</summary>
    Pet,

    /// <summary>The same abdomen as another group labels it: stomach and bowel, and none of what <see cref="Ct"/> labels.</summary>
    Gut,
}
