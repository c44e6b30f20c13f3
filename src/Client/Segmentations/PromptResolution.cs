using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Imaging.Prompts;

namespace Hermes.Client.Segmentations;

/// <summary>
/// Makes questions definite: finds the prompt group, the tasks and the modality that they leave open. What the trunk's groups answered they answer
/// for ever, whatever branches come; a branch answers what only it can, or what names it.
/// </summary>
public static class PromptResolution
{
    /// <summary>The question as it is put to a model version.</summary>
    /// <exception cref="HermesException">The group, a task or the modality is unknown, or several groups fit.</exception>
    public static SegmentationRequest Resolve(SegmentationQuestion question, ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(version);
        var model = new AskedModel($"{version.Model}@{version.Version}", version.Content);
        (var prompt, var branch) = Resolve(question, model);
        return new SegmentationRequest
        {
            Model = model.Name,
            Package = version.Content.Package,
            Branch = branch?.Package,
            Image = question.Image,
            ImageFile = question.ImageFile,
            Case = question.Case,
            Prompt = prompt,
            Separate = question.Separate,
            Reference = question.Reference,
            ReferenceLabels = question.ReferenceLabels,
        };
    }

    private static (DefinitePrompt Prompt, ModelBranch? Branch) Resolve(SegmentationQuestion question, AskedModel model)
    {
        var unknown = question.Tasks.FirstOrDefault(t => !model.Tasks.Contains(t));
        if (unknown is not null)
        {
            throw new HermesException($"Model {model.Name} does not know the task '{unknown}'.", hint: $"It knows {string.Join(", ", model.Tasks)}.");
        }

        if (question.Tasks.Distinct(StringComparer.Ordinal).Count() != question.Tasks.Count)
        {
            throw new HermesException("A task was asked for twice.");
        }

        (var prompt, var asked) = question switch
        {
            { ExactPrompt: true, Tasks.Count: > 0 } => Exact(question, model),
            { PromptGroup: { } named } => OfGroup(question, Named(named, model)),
            _ => OfGroup(question, Fitting(question, model)),
        };
        return model.Knows(prompt.Modality, asked)
            ? (prompt, asked)
            : throw new HermesException(
                $"Model {model.Name} does not know the modality '{prompt.Modality}'.", hint: $"It knows {string.Join(", ", model.Content.Modalities.Concat(asked?.Modalities ?? []))}.");
    }

    private static (DefinitePrompt, ModelBranch?) OfGroup(SegmentationQuestion question, AskedGroup asked)
    {
        var group = asked.Group;
        RequireHeld(question, asked);
        return (
            new DefinitePrompt
            {
                Group = group.Name,
                Modality = question.Modality ?? group.Modality,
                Tasks = [.. group.Labels.Select(l => l.Task)],
                Wanted = question.Tasks.Count == 0 ? group.Labels : [.. question.Tasks.Select(t => group.Labels.First(l => l.Task == t))],
            },
            asked.Branch);
    }

    private static (DefinitePrompt, ModelBranch?) Exact(SegmentationQuestion question, AskedModel model)
    {
        var home = question.PromptGroup is { } named
            ? Named(named, model)
            : model.Trunk.Concat(model.Branches).FirstOrDefault(g => question.Tasks.All(g.Holds));
        var isAtHome = home is not null && question.Tasks.All(home.Holds);
        if (home?.Branch is not null)
        {
            RequireHeld(question, home);
        }

        if (!isAtHome && question.Tasks.Any(t => !model.Content.Tasks.Contains(t)))
        {
            throw new HermesException(
                $"The tasks {string.Join(", ", question.Tasks)} of model {model.Name} were never learned together: each branch was learned by itself beside the trunk.",
                hint: "Ask for the tasks of one prompt group at a time.");
        }

        return (
            new DefinitePrompt
            {
                Group = home?.Group.Name,
                Modality = question.Modality ?? home?.Group.Modality ?? throw new HermesException(
                    "Tasks of several prompt groups are asked for as an exact prompt; name the modality of the image."),
                Tasks = question.Tasks,
                // Label values of different groups may collide, so tasks from several are numbered anew.
                Wanted = [.. question.Tasks.Select((t, i) => isAtHome ? home!.Group.Labels.First(l => l.Task == t) : new PromptLabel(i + 1, t))],
            },
            home?.Branch);
    }

    private static void RequireHeld(SegmentationQuestion question, AskedGroup asked)
    {
        var missing = question.Tasks.FirstOrDefault(t => !asked.Holds(t));
        if (missing is not null)
        {
            throw new HermesException(
                $"The prompt group '{asked.Group.Name}' does not hold the task '{missing}'.", hint: $"It holds {string.Join(", ", asked.Group.Labels.Select(l => l.Task))}.");
        }
    }

    private static AskedGroup Named(string group, AskedModel model) => model.Trunk.Concat(model.Branches).FirstOrDefault(g => g.Group.Name == group)
        ?? throw new HermesException($"Model {model.Name} has no prompt group '{group}'.", hint: $"It has {List(model.Trunk.Concat(model.Branches))}.").With(Remedy.NamePromptGroup);

    private static AskedGroup Fitting(SegmentationQuestion question, AskedModel model)
    {
        var fitting = Fitting(question, model.Trunk);
        if (fitting.Count == 0 || (fitting is [var only] && !model.Knows(question.Modality ?? only.Group.Modality, only.Branch)))
        {
            var ofBranches = Fitting(question, model.Branches);
            fitting = ofBranches.Count > 0 ? ofBranches : fitting;
        }

        return fitting switch
        {
            [var found] => found,
            [] => throw new HermesException(
                question.Tasks.Count > 0 ? $"No prompt group of model {model.Name} holds all the tasks asked for." : $"No prompt group of model {model.Name} is for the modality '{question.Modality}'.",
                hint: $"It has {List(model.Trunk.Concat(model.Branches))}.").With(Remedy.NamePromptGroup),
            _ => throw new HermesException($"Several prompt groups of model {model.Name} fit: {List(fitting)}.", hint: "Name the modality if only one of them has it.").With(Remedy.NamePromptGroup),
        };
    }

    private static List<AskedGroup> Fitting(SegmentationQuestion question, IReadOnlyList<AskedGroup> groups)
    {
        var fitting = groups.Where(g => question.Tasks.All(g.Holds)).ToList();
        return fitting.Count > 1 && question.Modality is { } modality ? fitting.FindAll(g => g.Group.Modality == modality) : fitting;
    }

    private static string List(IEnumerable<AskedGroup> groups) => string.Join(", ", groups.Select(g => $"{g.Group.Name} ({g.Group.Modality})"));

    /// <summary>A prompt group, and its branch if it is none of the trunk's.</summary>
    private sealed record AskedGroup(PromptGroup Group, ModelBranch? Branch)
    {
        public bool Holds(string task) => Group.Labels.Any(l => l.Task == task);
    }

    private sealed record AskedModel(string Name, ModelVersionContent Content)
    {
        public IReadOnlyList<AskedGroup> Trunk { get; } = [.. Content.PromptGroups.Select(g => new AskedGroup(g, null))];

        public IReadOnlyList<AskedGroup> Branches { get; } = [.. Content.Branches.OrderBy(b => b.Group.Name, StringComparer.Ordinal).Select(b => new AskedGroup(b.Group, b))];

        public IReadOnlyList<string> Tasks { get; } = [.. Content.Tasks.Concat(Content.Branches.SelectMany(b => b.Tasks)).Distinct(StringComparer.Ordinal)];

        public bool Knows(string modality, ModelBranch? branch) =>
            modality == ModalityNames.Unknown || Content.Modalities.Contains(modality) || branch?.Modalities.Contains(modality) == true;
    }
}
