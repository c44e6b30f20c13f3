using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Segmentations;

/// <summary>Finds the prompt group, the tasks and the modality that a question leaves open: for who answers, and for who must know before the work begins.</summary>
public static class PromptResolution
{
    /// <summary>The question with prompt group, tasks and modality filled in.</summary>
    /// <param name="request">The question.</param>
    /// <param name="version">The model version it names.</param>
    /// <exception cref="HermesException">The group, a task or the modality is unknown, or several groups fit.</exception>
    public static SegmentationRequest Resolve(SegmentationRequest request, ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(version);
        var name = $"{version.Model}@{version.Version}";
        var unknown = request.Tasks.FirstOrDefault(t => !version.Content.Tasks.Contains(t));
        if (unknown is not null)
        {
            throw new HermesException($"Model {name} does not know the task '{unknown}'.", hint: $"It knows {string.Join(", ", version.Content.Tasks)}.");
        }

        if (request.Tasks.Distinct(StringComparer.Ordinal).Count() != request.Tasks.Count)
        {
            throw new HermesException("A task was asked for twice.");
        }

        var group = Group(request, version, name);
        var missing = request.Tasks.FirstOrDefault(t => group.Labels.All(l => l.Task != t));
        if (missing is not null)
        {
            throw new HermesException(
                $"The prompt group '{group.Name}' does not hold the task '{missing}'.",
                hint: $"It holds {string.Join(", ", group.Labels.Select(l => l.Task))}.");
        }

        var modality = request.Modality ?? group.Modality;
        return version.Content.Modalities.Contains(modality)
            ? request with
            {
                PromptGroup = group.Name,
                Tasks = request.Tasks.Count > 0 ? request.Tasks : [.. group.Labels.Select(l => l.Task)],
                Modality = modality,
            }
            : throw new HermesException($"Model {name} does not know the modality '{modality}'.", hint: $"It knows {string.Join(", ", version.Content.Modalities)}.");
    }

    private static PromptGroup Group(SegmentationRequest request, ModelVersion version, string name)
    {
        var groups = version.Content.PromptGroups;
        if (request.PromptGroup is { } named)
        {
            return groups.FirstOrDefault(g => g.Name == named) ?? throw new HermesException(
                $"Model {name} has no prompt group '{named}'.", hint: $"It has {List(groups)}; name one with --dataset.");
        }

        var fitting = groups.Where(g => request.Tasks.All(t => g.Labels.Any(l => l.Task == t))).ToList();
        if (fitting.Count > 1 && request.Modality is { } modality)
        {
            fitting = [.. fitting.Where(g => g.Modality == modality)];
        }

        return fitting switch
        {
            [var only] => only,
            [] => throw new HermesException(
                request.Tasks.Count > 0 ? $"No prompt group of model {name} holds all the tasks asked for." : $"No prompt group of model {name} is for the modality '{request.Modality}'.",
                hint: $"It has {List(groups)}; name one with --dataset."),
            _ => throw new HermesException($"Several prompt groups of model {name} fit: {List(fitting)}.", hint: "Name one with --dataset, or name the modality if only one group has it."),
        };
    }

    private static string List(IEnumerable<PromptGroup> groups) => string.Join(", ", groups.Select(g => $"{g.Name} ({g.Modality})"));
}
