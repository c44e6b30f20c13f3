using System.Collections.Immutable;
using System.Globalization;
using Hermes.Imaging.Prompts;

namespace Hermes.Imaging.Configuration;

/// <summary>What the rows of a network's prior tables mean, which weights of the official implementation do not say themselves.</summary>
/// <param name="Tasks">Tasks in the order of their rows, the null prior not among them.</param>
/// <param name="Modalities">Modalities in the order of their rows, the unknown modality not among them.</param>
/// <param name="Groups">What was prompted together.</param>
/// <param name="Unverified">Tasks whose names nobody has compared with the weights.</param>
public sealed record TaskList(
    ImmutableArray<string> Tasks, ImmutableArray<string> Modalities, ImmutableArray<DatasetPrompt> Groups, ImmutableArray<string> Unverified)
{
    /// <summary>Rows of tasks and of modalities in the published weights, one of the tasks' to spare.</summary>
    public static (int Tasks, int Modalities) PublishedRows { get; } = (72, 5);

    /// <summary>The file of the published weights' tasks, beside the program.</summary>
    public static string PublishedFile => Path.Combine(AppContext.BaseDirectory, "config", "universal", "published_tasks.yaml");

    /// <summary>Reads a file such as <see cref="PublishedFile"/>.</summary>
    /// <exception cref="ConfigurationException">A key is unknown or has a value that cannot be used.</exception>
    public static TaskList ReadFile(string path) => Read(File.ReadAllText(path), path);

    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="file">What to call it in messages.</param>
    /// <exception cref="ConfigurationException">A key is unknown or has a value that cannot be used.</exception>
    public static TaskList Read(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        var keys = new ConfigurationKeys(text, file);
        var (tasks, modalities) = (Distinct(keys, "tasks"), Distinct(keys, "modalities"));
        if (tasks.IsEmpty)
        {
            throw keys.Error("tasks", "expected a list of tasks in the order of their rows.");
        }

        var groups = keys.Nested("groups").Select(group => Group(group.Name, group.Keys, tasks, modalities)).ToImmutableArray();
        if (groups.IsEmpty)
        {
            throw keys.Error("groups", "expected at least one prompt group: without one nothing can be asked.");
        }

        var unverified = keys.Has("unverified") ? Rows(keys, "unverified", tasks) : [];
        keys.RefuseUnknown();
        return new TaskList(tasks, modalities, groups, unverified);
    }

    private static DatasetPrompt Group(string name, ConfigurationKeys keys, ImmutableArray<string> tasks, ImmutableArray<string> modalities)
    {
        var modality = keys.Word("modality", "");
        if (modality.Length > 0 && !modalities.Contains(modality))
        {
            throw keys.Error("modality", $"'{modality}' of the prompt group '{name}' has no row; there are {string.Join(", ", modalities)}.");
        }

        if (keys.Has("rows") == keys.Has("labels"))
        {
            throw keys.Error("rows", $"the prompt group '{name}' says either its first and last row, or its 'labels'.");
        }

        ImmutableArray<LabelledTask> asked = keys.Has("rows")
            ? [.. Rows(keys, "rows", tasks).Select((task, i) => new LabelledTask((ushort)(i + 1), task))]
            : [.. keys.Mapping("labels", 1, ushort.MaxValue).Select(label => new LabelledTask((ushort)label.Value, label.Key))];
        if (keys.Mapping("labels", 1, ushort.MaxValue).Values.FirstOrDefault(value => value % 1 != 0) is var broken and not 0)
        {
            throw keys.Error("labels", string.Create(CultureInfo.InvariantCulture, $"'{broken}' of the prompt group '{name}' is no whole number."));
        }

        if (asked.FirstOrDefault(label => !tasks.Contains(label.Task)) is { } unknown)
        {
            throw keys.Error("labels", $"'{unknown.Task}' of the prompt group '{name}' is none of the tasks.");
        }

        keys.RefuseUnknown();
        var group = new DatasetPrompt(name, modality.Length > 0 ? modality : null, asked);
        try
        {
            group.Validate();
        }
        catch (ArgumentException e)
        {
            throw keys.Error("labels", e.Message);
        }

        return group;
    }

    // From the first row to the last.
    private static ImmutableArray<string> Rows(ConfigurationKeys keys, string key, ImmutableArray<string> tasks) =>
        keys.Integers(key, [], 2, 0, tasks.Length - 1) is [var first, var last] && first <= last
            ? tasks[first..(last + 1)]
            : throw keys.Error(key, "expected the first and the last row.");

    private static ImmutableArray<string> Distinct(ConfigurationKeys keys, string key)
    {
        ImmutableArray<string> words = [.. keys.Words(key)];
        return words.Any(string.IsNullOrWhiteSpace) || words.Distinct(StringComparer.Ordinal).Count() != words.Length
            ? throw keys.Error(key, "a name is empty, or there twice.")
            : words;
    }
}
