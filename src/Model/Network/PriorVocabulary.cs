using System.Collections.Immutable;

namespace Hermes.Model.Network;

/// <summary>
/// The tasks and modalities a network, or a branch of it, has priors for, in the order of their rows.
/// The null prior and the unknown modality are not members: they always exist and have no name.
/// </summary>
public sealed class PriorVocabulary
{
    private readonly Dictionary<string, int> _taskRows;
    private readonly Dictionary<string, int> _modalityRows;

    /// <summary>Creates a vocabulary.</summary>
    /// <param name="tasks">Task identities such as <c>amos/liver</c>.</param>
    /// <param name="modalities">Modality identities such as <c>ct</c>.</param>
    /// <exception cref="ArgumentException">An identity is empty or appears twice.</exception>
    public PriorVocabulary(IEnumerable<string> tasks, IEnumerable<string> modalities)
    {
        Tasks = [.. tasks];
        Modalities = [.. modalities];
        _taskRows = Index(Tasks, "task");
        _modalityRows = Index(Modalities, "modality");
    }

    /// <summary>A new network's vocabulary: rows in the ordinal order of the identities, so that the order in which datasets were added cannot matter.</summary>
    /// <param name="tasks">Task identities; repetitions count once.</param>
    /// <param name="modalities">Modality identities; repetitions count once.</param>
    /// <exception cref="ArgumentException">An identity is empty.</exception>
    public static PriorVocabulary InOrderOfIdentity(IEnumerable<string> tasks, IEnumerable<string> modalities) => new(
        tasks.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        modalities.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    /// <summary>Task identities in row order.</summary>
    public ImmutableArray<string> Tasks { get; }

    /// <summary>Modality identities in row order.</summary>
    public ImmutableArray<string> Modalities { get; }

    /// <summary>Rows between those of the tasks and the null prior that no task has: the published tables have one. They are kept and never asked for.</summary>
    public int SpareTasks { get; init; }

    /// <summary>Rows between those of the modalities and the unknown modality that no modality has.</summary>
    public int SpareModalities { get; init; }

    /// <summary>The row of the null prior, which is the last.</summary>
    internal int NullRow => Tasks.Length + SpareTasks;

    /// <summary>The row of the unknown modality, which is the last.</summary>
    internal int UnknownRow => Modalities.Length + SpareModalities;

    /// <summary>Whether there is a row for a task.</summary>
    public bool HasTask(string task) => _taskRows.ContainsKey(task);

    /// <summary>Whether there is a row for a modality.</summary>
    public bool HasModality(string modality) => _modalityRows.ContainsKey(modality);

    /// <summary>The row of a task.</summary>
    /// <exception cref="ArgumentException">The task is unknown.</exception>
    public int TaskRow(string task) => _taskRows.TryGetValue(task, out var row)
        ? row
        : throw new ArgumentException($"Unknown task '{task}': this network knows {Describe(Tasks)}.", nameof(task));

    /// <summary>The row of a modality.</summary>
    /// <exception cref="ArgumentException">The modality is unknown to this network; ask with no modality instead.</exception>
    public int ModalityRow(string modality) => _modalityRows.TryGetValue(modality, out var row)
        ? row
        : throw new ArgumentException($"Unknown modality '{modality}': this network knows {Describe(Modalities)}.", nameof(modality));

    private static string Describe(ImmutableArray<string> known) => known.Length switch
    {
        0 => "none",
        <= 12 => string.Join(", ", known),
        _ => $"{string.Join(", ", known.Take(12))} and {known.Length - 12} more",
    };

    private static Dictionary<string, int> Index(ImmutableArray<string> identities, string kind)
    {
        var rows = new Dictionary<string, int>(identities.Length, StringComparer.Ordinal);
        foreach (var identity in identities)
        {
            if (string.IsNullOrWhiteSpace(identity))
            {
                throw new ArgumentException($"A {kind} identity is empty.");
            }

            if (!rows.TryAdd(identity, rows.Count))
            {
                throw new ArgumentException($"The {kind} '{identity}' is listed twice.");
            }
        }

        return rows;
    }
}
