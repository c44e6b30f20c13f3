namespace Hermes.Model.Preprocessing;

/// <summary>Writes prepared cases for <see cref="PreparedCaseFile"/>.</summary>
public static class PreparedCaseWriter
{
    /// <summary>Writes beside, then renames.</summary>
    /// <param name="path">The file to appear.</param>
    /// <param name="header">What to note; <see cref="PreparedCase.Labels"/> is computed.</param>
    /// <param name="image">[D, H, W].</param>
    /// <param name="labels">[D, H, W], or empty without labels.</param>
    /// <returns>The header as written.</returns>
    public static PreparedCase Write(string path, PreparedCase header, ReadOnlySpan<float> image, ReadOnlySpan<ushort> labels) => throw new NotSupportedException();
}
