namespace Hermes.Model.Phantoms;

/// <summary>Writes the three synthetic datasets.</summary>
public static class PhantomDataset
{
    /// <summary>
    /// Writes below <paramref name="directory"/> one folder per dataset (<c>phantom_ct</c>, <c>phantom_t1</c>, <c>phantom_pet</c>), each with
    /// <c>images/CASE.nii.gz</c>, <c>labels/CASE.nii.gz</c>, <c>labels.json</c> (value → name) and <c>split.json</c> (case → train or test).
    /// </summary>
    /// <returns>What was written.</returns>
    public static IReadOnlyList<PhantomDatasetFiles> Write(string directory, ulong seed, int trainingCases = 24, int testCases = 4) => throw new NotSupportedException();
}
