namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>
/// The version of a label schema: what the values in a dataset's label volumes mean. A changed label map is another schema, and a dataset of another name.
/// </summary>
public static class LabelSchema
{
    /// <summary>The value of voxels that belong to no structure, in every label map.</summary>
    public const int Background = 0;

    private const int Told = 12;

    /// <summary>
    /// The digest of a label map: its values with their names, in ascending order of values however it is written, and what is background. Which tasks its
    /// structures share with other datasets is no part of it.
    /// </summary>
    /// <param name="labels">The label map.</param>
    /// <param name="background">The value that is background.</param>
    public static string Of(IEnumerable<LabelEntry> labels, int background = Background) => Identity.Of(
    [
        "label schema/1", Identity.Number(background),
        .. Identity.List(
        [
            .. labels.OrderBy(l => l.Value).ThenBy(l => l.Structure, StringComparer.Ordinal).SelectMany(l => new[] { Identity.Number(l.Value), l.Structure }),
        ]),
    ]);

    /// <summary>Whether text looks like the version of a label schema.</summary>
    public static bool IsWellFormed(string schema) => Identity.IsWellFormed(schema);

    /// <summary>As much of it as a sentence tells.</summary>
    public static string Abbreviated(string schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return schema[..Math.Min(schema.Length, Told)];
    }
}
