using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Client.Segmentations;

/// <summary>Makes questions definite: finds the prompt group, the tasks and the modality that they leave open.</summary>
public static class PromptResolution
{
    /// <summary>The question as it is put to a model version.</summary>
    /// <exception cref="HermesException">The group, a task or the modality is unknown, or several groups fit.</exception>
    public static SegmentationRequest Resolve(SegmentationQuestion question, ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(version);
        var name = $"{version.Model}@{version.Version}";
        return new SegmentationRequest
        {
            Model = name,
            Package = version.Content.Package,
            Image = question.Image,
            ImageFile = question.ImageFile,
            Prompt = Prompt(question, version.Content, name),
            Separate = question.Separate,
            Reference = question.Reference,
            ReferenceLabels = question.ReferenceLabels,
        };
    }

    private static DefinitePrompt Prompt(SegmentationQuestion question, ModelVersionContent content, string name)
    {
        var unknown = question.Tasks.FirstOrDefault(t => !content.Tasks.Contains(t));
        if (unknown is not null)
        {
            throw new HermesException($"Model {name} does not know the task '{unknown}'.", hint: $"It knows {string.Join(", ", content.Tasks)}.");
        }

        if (question.Tasks.Distinct(StringComparer.Ordinal).Count() != question.Tasks.Count)
        {
            throw new HermesException("A task was asked for twice.");
        }

        var prompt = question.ExactPrompt && question.Tasks.Count > 0 ? Exact(question, content.PromptGroups, name) : OfGroup(question, content.PromptGroups, name);
        return content.Modalities.Contains(prompt.Modality)
            ? prompt
            : throw new HermesException($"Model {name} does not know the modality '{prompt.Modality}'.", hint: $"It knows {string.Join(", ", content.Modalities)}.");
    }

    private static DefinitePrompt OfGroup(SegmentationQuestion question, IReadOnlyList<PromptGroup> groups, string name)
    {
        var group = question.PromptGroup is { } named ? Named(named, groups, name) : Fitting(question, groups, name);
        var missing = question.Tasks.FirstOrDefault(t => !Holds(group, t));
        if (missing is not null)
        {
            throw new HermesException(
                $"The prompt group '{group.Name}' does not hold the task '{missing}'.", hint: $"It holds {string.Join(", ", group.Labels.Select(l => l.Task))}.");
        }

        return new DefinitePrompt
        {
            Group = group.Name,
            Modality = question.Modality ?? group.Modality,
            Tasks = [.. group.Labels.Select(l => l.Task)],
            Wanted = question.Tasks.Count == 0 ? group.Labels : [.. question.Tasks.Select(t => group.Labels.First(l => l.Task == t))],
        };
    }

    private static DefinitePrompt Exact(SegmentationQuestion question, IReadOnlyList<PromptGroup> groups, string name)
    {
        var home = question.PromptGroup is { } named ? Named(named, groups, name) : groups.FirstOrDefault(g => question.Tasks.All(t => Holds(g, t)));
        var isAtHome = home is not null && question.Tasks.All(t => Holds(home, t));
        return new DefinitePrompt
        {
            Group = home?.Name,
            Modality = question.Modality ?? home?.Modality ?? throw new HermesException(
                "Tasks of several prompt groups are asked for as an exact prompt; name the modality of the image."),
            Tasks = question.Tasks,
            // Label values of different groups may collide, so tasks from several are numbered anew.
            Wanted = [.. question.Tasks.Select((t, i) => isAtHome ? home!.Labels.First(l => l.Task == t) : new PromptLabel(i + 1, t))],
        };
    }

    private static PromptGroup Named(string group, IReadOnlyList<PromptGroup> groups, string name) => groups.FirstOrDefault(g => g.Name == group)
        ?? throw new HermesException($"Model {name} has no prompt group '{group}'.", hint: $"It has {List(groups)}.").With(Remedy.NamePromptGroup);

    private static PromptGroup Fitting(SegmentationQuestion question, IReadOnlyList<PromptGroup> groups, string name)
    {
        var fitting = groups.Where(g => question.Tasks.All(t => Holds(g, t))).ToList();
        if (fitting.Count > 1 && question.Modality is { } modality)
        {
            fitting = [.. fitting.Where(g => g.Modality == modality)];
        }

        return fitting switch
        {
            [var only] => only,
            [] => throw new HermesException(
                question.Tasks.Count > 0 ? $"No prompt group of model {name} holds all the tasks asked for." : $"No prompt group of model {name} is for the modality '{question.Modality}'.",
                hint: $"It has {List(groups)}.").With(Remedy.NamePromptGroup),
            _ => throw new HermesException($"Several prompt groups of model {name} fit: {List(fitting)}.", hint: "Name the modality if only one of them has it.").With(Remedy.NamePromptGroup),
        };
    }

    private static bool Holds(PromptGroup group, string task) => group.Labels.Any(l => l.Task == task);

    private static string List(IEnumerable<PromptGroup> groups) => string.Join(", ", groups.Select(g => $"{g.Name} ({g.Modality})"));
}
