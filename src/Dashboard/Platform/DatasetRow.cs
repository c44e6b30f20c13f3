using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Platform;

/// <summary>A dataset as the table shows it.</summary>
public sealed record DatasetRow
{
    private const int TasksTold = 3;

    public required string Name { get; init; }

    public required string Site { get; init; }

    public required string Modality { get; init; }

    /// <summary>The first of its tasks in words, those in its own namespace by their structure, and how many there are besides.</summary>
    public string Tasks { get; init; } = "";

    public required DatasetState State { get; init; }

    public int Version { get; init; }

    public int Cases { get; init; }

    public int Train { get; init; }

    public int Validation { get; init; }

    public int Test { get; init; }

    /// <summary>Cases of an add under way that are through.</summary>
    public int Ingested { get; init; }

    /// <summary>Cases of an add under way.</summary>
    public int IngestTotal { get; init; }

    /// <summary>The first reason why the last add was refused.</summary>
    public Failure? Cause { get; init; }

    /// <summary>How many reasons there are besides.</summary>
    public int MoreCauses { get; init; }

    /// <summary>The first thing that is unusual about its newest version.</summary>
    public string? Warning { get; init; }

    /// <summary>How many there are besides.</summary>
    public int MoreWarnings { get; init; }

    public string Key => Names.DatasetKey(Site, Name);

    public bool IsIngesting => State.IsUnderWay();

    public static DatasetRow Of(DatasetDeclaration declaration, DatasetStatus status) =>
        new()
        {
            Site = declaration.Site,
            Name = declaration.Name,
            Modality = declaration.Modality,
            Tasks = TasksOf(declaration),
            State = status.State,
            Version = status.Version,
            Cases = status.Cases,
            Train = status.CasesPerSplit.GetValueOrDefault(Split.Train),
            Validation = status.CasesPerSplit.GetValueOrDefault(Split.Validation),
            Test = status.CasesPerSplit.GetValueOrDefault(Split.Test),
            Ingested = status.Ingested,
            IngestTotal = status.IngestTotal,
            Cause = status.Problems.Count > 0 ? status.Problems[0] : null,
            MoreCauses = Math.Max(status.ProblemCount - 1, 0),
            Warning = status.Warnings.Count > 0 ? status.Warnings[0] : null,
            MoreWarnings = Math.Max(status.WarningCount - 1, 0),
        };

    private static string TasksOf(DatasetDeclaration declaration)
    {
        var own = Names.Task(declaration.Name, "");
        var tasks = declaration.Labels.Select(l => l.Task.StartsWith(own, StringComparison.Ordinal) ? l.Task[own.Length..] : l.Task).Distinct().ToList();
        var told = string.Join(", ", tasks.Take(TasksTold));
        return tasks.Count > TasksTold ? $"{told} and {tasks.Count - TasksTold} more" : told;
    }
}
