using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Tasks;

namespace Hermes.Grains.Datasets;

/// <summary>What a declaration and its cases must look like before any file is looked into.</summary>
internal static class DeclarationRules
{
    private const int LongestName = 200;

    /// <summary>Refuses a declaration that contradicts itself.</summary>
    public static void Require(DatasetDeclaration declaration, string key, int cases)
    {
        Names.Require(declaration.Name, "dataset");
        Names.Require(declaration.Site, "site");
        if (declaration.Site == Names.Elsewhere)
        {
            throw new HermesException($"'{Names.Elsewhere}' is where imported models learned; no site is called so.", hint: "Choose another name for the site.");
        }

        Names.Require(declaration.Modality, "modality");
        if (Names.DatasetKey(declaration.Site, declaration.Name) != key)
        {
            throw new HermesException($"Dataset '{declaration.Site}/{declaration.Name}' was sent to '{key}'.");
        }

        if (cases < 1)
        {
            throw new HermesException($"Dataset '{declaration.Name}' has no cases; at least one image is needed.");
        }

        if (declaration.Labels.Count == 0)
        {
            throw new HermesException($"Dataset '{declaration.Name}' has an empty label map; at least one label value needs a name.").With(Remedy.NameLabels);
        }

        RequireLabels(declaration);
    }

    /// <summary>Refuses tasks of others that nobody declared, and own tasks that somebody else did or that were registered with another label schema.</summary>
    public static void RequireTasks(DatasetDeclaration declaration, string key, IReadOnlyList<TaskEntry> known)
    {
        var schema = LabelSchema.Of(declaration.Labels);
        foreach (var label in declaration.Labels)
        {
            var entry = known.FirstOrDefault(t => t.Task == label.Task);
            if (IsOwn(declaration, label) && entry is not null)
            {
                TaskRules.RequireDeclaredBy(key, entry);
                TaskRules.RequireSchema(key, entry.LabelSchema, schema);
            }

            if (!IsOwn(declaration, label) && entry is null)
            {
                throw new HermesException(
                    $"'{label.Structure}' shares the task '{label.Task}', which no dataset has declared.",
                    hint: "Add the dataset that declares it first, or check the spelling.");
            }
        }
    }

    /// <summary>Refuses cases that cannot be told apart or hold malformed references.</summary>
    public static void RequireCases(IReadOnlyList<CaseSource> cases)
    {
        foreach (var offered in cases)
        {
            if (!IsPlain(offered.CaseId) || !IsPlain(offered.Patient))
            {
                throw new HermesException(
                    $"'{offered.CaseId}' of patient '{offered.Patient}' cannot be a case: names have 1 to {LongestName} printable characters.",
                    offered.ImageFile);
            }

            if (!IsVolume(offered.Image) || (offered.Label is { } label && !IsVolume(label)))
            {
                throw new HermesException($"Case '{offered.CaseId}' holds a malformed blob reference.", offered.ImageFile);
            }
        }
    }

    // What calls itself JSON would be looked into for references for ever.
    private static bool IsVolume(BlobRef blob) => blob.IsWellFormed && blob.MediaType != MediaTypes.Json;

    /// <summary>Refuses a case list in which a name occurs twice.</summary>
    public static void RequireDistinct(IReadOnlyList<CaseSource> cases)
    {
        if (cases.GroupBy(c => c.CaseId, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any()) is { } doubled)
        {
            throw new HermesException(
                $"Case '{doubled.Key}' occurs twice: {string.Join(" and ", doubled.Take(2).Select(c => c.ImageFile))}.",
                doubled.Last().ImageFile,
                "Every image needs a file name of its own.");
        }
    }

    private static void RequireLabels(DatasetDeclaration declaration)
    {
        foreach (var label in declaration.Labels)
        {
            if (label.Value is < 1 or > ushort.MaxValue)
            {
                throw new HermesException($"Label '{label.Structure}' has the value {label.Value}; values are 1 to {ushort.MaxValue}, 0 is background.");
            }

            if (!IsPlain(label.Structure) || label.Structure.Contains('/', StringComparison.Ordinal))
            {
                throw new HermesException(
                    $"'{label.Structure}' (label {label.Value}) cannot be the name of a structure: 1 to {LongestName} printable characters without '/' are needed.");
            }

            if (IsOwn(declaration, label) && label.Task != Names.Task(declaration.Name, label.Structure))
            {
                throw new HermesException(
                    $"'{label.Structure}' names the task '{label.Task}' of its own dataset; expected '{Names.Task(declaration.Name, label.Structure)}' or another dataset's task.");
            }

            if (label.Task.Split('/') is not [var space, var structure] || !Names.IsValid(space) || !IsPlain(structure))
            {
                throw new HermesException($"'{label.Task}' is not a task; tasks look like dataset/structure.");
            }
        }

        Distinct(l => l.Value, "value");
        Distinct(l => l.Structure, "structure");
        Distinct(l => l.Task, "task");

        void Distinct<T>(Func<LabelEntry, T> part, string what)
        {
            if (declaration.Labels.GroupBy(part).FirstOrDefault(g => g.Skip(1).Any()) is { } doubled)
            {
                throw new HermesException(
                    $"The {what} '{doubled.Key}' occurs {doubled.Count()} times in the label map of dataset '{declaration.Name}'.", hint: $"Every label needs a {what} of its own.");
            }
        }
    }

    private static bool IsOwn(DatasetDeclaration declaration, LabelEntry label) =>
        label.Task.StartsWith(declaration.Name + "/", StringComparison.Ordinal);

    private static bool IsPlain(string? name) => name is { Length: >= 1 and <= LongestName } && !name.Any(char.IsControl);
}
