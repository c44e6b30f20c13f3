namespace Hermes.Imaging.Phantoms;

/// <summary>What a phantom imitates.</summary>
public enum PhantomKind
{
    /// <summary>An abdomen in CT: liver, spleen and two kidneys among fat, muscle, bone and a stomach of the same density.</summary>
    Ct,

    /// <summary>A head in T1-weighted MRI: ventricles, thalami and cerebellum among cortex, white matter, CSF and skull.</summary>
    T1,

    /// <summary>A torso in PET: lesions among physiological uptake of the same height in brain and bladder.</summary>
    Pet,
}
