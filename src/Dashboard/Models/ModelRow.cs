using Hermes.Client.Models;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Dashboard.Models;

/// <summary>A model as the table shows it.</summary>
public sealed record ModelRow
{
    public required string Name { get; init; }

    public required int Versions { get; init; }

    /// <summary>The version that is live, if any.</summary>
    public int? Live { get; init; }

    /// <summary>The version that waits to be made live, if it is another.</summary>
    public int? Candidate { get; init; }

    /// <summary>The network of what is live.</summary>
    public string? Network { get; init; }

    /// <summary>Prompt groups that what is live answers.</summary>
    public int Groups { get; init; }

    /// <summary>Tasks that what is live answers.</summary>
    public int Tasks { get; init; }

    /// <summary>Mean validation Dice of the live trunk, if measured.</summary>
    public double? Score { get; init; }

    /// <summary>When what is live was published.</summary>
    public DateTimeOffset? Published { get; init; }

    public static ModelRow Of(ModelStatus model)
    {
        var live = model.Live();
        var groups = live?.Content.Groups().ToList() ?? [];
        return new ModelRow
        {
            Name = model.Name,
            Versions = model.Versions.Count,
            Live = live?.Version,
            Candidate = model.Aliases.TryGetValue(IModelGrain.CandidateAlias, out var candidate) && candidate != live?.Version ? candidate : null,
            Network = live?.Content.Network,
            Groups = groups.Count,
            Tasks = groups.SelectMany(g => g.Labels).Select(l => l.Task).Distinct().Count(),
            Score = live?.Content.Score,
            Published = live?.Published,
        };
    }
}
