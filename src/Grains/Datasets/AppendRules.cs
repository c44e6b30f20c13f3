using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Datasets;

/// <summary>What an append must look like: the label map and modality of its dataset, and cases that the dataset lacks.</summary>
internal static class AppendRules
{
    /// <summary>Cases that a refusal names.</summary>
    private const int Named = 5;

    /// <summary>Refuses a declaration that is another than the dataset's.</summary>
    public static void RequireSame(DatasetDeclaration own, DatasetDeclaration said)
    {
        if (said.Modality != own.Modality)
        {
            throw new HermesException(
                $"Dataset '{own.Name}' holds images of the modality '{own.Modality}', not '{said.Modality}'.", hint: "Add them as a dataset under another name.");
        }

        if (Difference(own, said) is { } difference)
        {
            throw new HermesException(difference, hint: "Use the label map of the dataset, or add the cases as a dataset under another name.");
        }
    }

    /// <summary>How the label map of a declaration is another than the dataset's, in a sentence; null where it is the same.</summary>
    public static string? Difference(DatasetDeclaration own, DatasetDeclaration said)
    {
        var (there, here) = (own.Labels.Except(said.Labels).ToList(), said.Labels.Except(own.Labels).ToList());
        var (schema, other) = (LabelSchema.Of(own.Labels), LabelSchema.Of(said.Labels));
        return there.Count + here.Count == 0 ? null : $"Where dataset '{own.Name}' has {Words(there)}, this label map has {Words(here)}; "
            + (schema == other
                ? "which tasks a dataset shares is said once, when it is added."
                : $"another label map is another label schema, {LabelSchema.Abbreviated(other)} instead of {LabelSchema.Abbreviated(schema)}.");
    }

    /// <summary>Refuses cases that the dataset has already, and others under their names.</summary>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="total">How many cases are appended in all.</param>
    /// <param name="cases">These, or some of them.</param>
    /// <param name="known">The cases of the newest version.</param>
    public static void RequireNew(string dataset, int total, IReadOnlyList<CaseSource> cases, IReadOnlyList<CaseRecord> known)
    {
        var byId = known.ToDictionary(k => k.CaseId, StringComparer.Ordinal);
        var there = cases.Where(c => byId.ContainsKey(c.CaseId)).ToList();
        if (there.Find(c => !IsSame(c, byId[c.CaseId])) is { } other)
        {
            var first = byId[other.CaseId];
            throw new HermesException(
                $"{other.ImageFile} would be the case '{other.CaseId}', which dataset '{dataset}' has with other content: image {Short(first.SourceImageSha256)} and label "
                + $"{Short(first.SourceLabelSha256)} there, {Short(other.Image.Sha256)} and {Short(other.Label?.Sha256)} here.",
                other.ImageFile,
                "A case never changes: give the new files another name, or leave them out.");
        }

        if (there.Count > 0)
        {
            throw there.Count == total
                ? new HermesException($"Nothing is new: dataset '{dataset}' has all {total} cases already.", there[0].ImageFile).With(Remedy.ShowDataset, dataset)
                : new HermesException(
                    $"Dataset '{dataset}' has some of the {total} cases already: {Names(there)}.", there[0].ImageFile, "Append the others without them.");
        }
    }

    private static bool IsSame(CaseSource offered, CaseRecord known) => offered.Image.Sha256 == known.SourceImageSha256 && offered.Label?.Sha256 == known.SourceLabelSha256;

    private static string Words(List<LabelEntry> labels) =>
        labels.Count == 0 ? "nothing" : string.Join(", ", labels.OrderBy(l => l.Value).Select(l => $"{l.Value} {l.Structure} ({l.Task})"));

    private static string Names(List<CaseSource> cases) =>
        string.Join(", ", cases.Take(Named).Select(c => $"'{c.CaseId}' ({c.ImageFile})")) + (cases.Count > Named ? $" and {cases.Count - Named} more" : "");

    private static string Short(string? sha256) => sha256 is null ? "none" : sha256[..12];
}
