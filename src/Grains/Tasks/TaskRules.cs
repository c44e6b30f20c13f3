using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Tasks;

namespace Hermes.Grains.Tasks;

/// <summary>What is decided once for ever when a task is registered: whose it is, and by which label schema it is labelled.</summary>
internal static class TaskRules
{
    /// <summary>Whether a task is in the namespace of a dataset.</summary>
    /// <param name="task">The task.</param>
    /// <param name="datasetKey">Key <c>site/dataset</c>.</param>
    public static bool IsOwn(string task, string datasetKey) => task.StartsWith(Space(datasetKey), StringComparison.Ordinal);

    /// <summary>Refuses a task in a dataset's namespace that another dataset declared.</summary>
    public static void RequireDeclaredBy(string datasetKey, TaskEntry known)
    {
        if (known.DeclaredBy != datasetKey)
        {
            throw new HermesException($"Task '{known.Task}' was declared by dataset '{known.DeclaredBy}' already.").With(Remedy.ShareTask);
        }
    }

    /// <summary>Refuses a label schema that is another than the dataset's.</summary>
    /// <param name="datasetKey">Key <c>site/dataset</c>.</param>
    /// <param name="own">The version of the dataset's label schema; null where it is not known.</param>
    /// <param name="said">What is said to be it; null where nothing is said of it.</param>
    public static void RequireSchema(string datasetKey, string? own, string? said)
    {
        if (own is not null && said is not null && own != said)
        {
            throw new HermesException(
                $"The tasks of dataset '{datasetKey}' have the label schema {LabelSchema.Abbreviated(own)}, and this label map is {LabelSchema.Abbreviated(said)}: "
                + "other values or names are another label schema.",
                hint: "Use the label map that the tasks were registered with, or add the dataset under another name.");
        }
    }

    /// <summary>Refuses what cannot be the version of a label schema.</summary>
    public static void RequireWellFormed(string? labelSchema)
    {
        if (labelSchema is not null && !LabelSchema.IsWellFormed(labelSchema))
        {
            throw new HermesException(
                $"'{labelSchema}' is not the version of a label schema, which has 64 hexadecimal digits in lower case.",
                hint: "Leave it out where it is not known; the dataset says it itself.");
        }
    }

    private static string Space(string datasetKey) => $"{datasetKey[(datasetKey.IndexOf('/', StringComparison.Ordinal) + 1)..]}/";
}
