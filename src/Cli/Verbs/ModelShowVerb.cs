using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Client.Models;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>model show</c>.</summary>
internal static class ModelShowVerb
{
    private static readonly Argument<string> Name = new("model") { Description = "The model; @VERSION shows one version only.", HelpName = "NAME[@VERSION]" };

    public static VerbCommand Create() => new VerbCommand(
        "show",
        "Shows a model: its versions, where they come from, and what can be asked of them.",
        "hermes model show universal",
        "hermes model show universal@2 --json") { Name }.Does(async (context, cancellationToken) =>
    {
        var reference = ModelReference.Parse(context.Get(Name));
        var client = await context.ConnectAsync(cancellationToken);
        var status = await client.Models.GetAsync(reference.Name, cancellationToken);
        if (reference.Version is not null)
        {
            status = status with { Versions = [await client.Models.ResolveAsync(reference, cancellationToken)] };
        }

        var model = ModelDocument.Of(status);
        context.Output.Result(model, console => Render(console, model));
        return ExitCodes.Success;
    });

    private static void Render(IAnsiConsole console, ModelDocument model)
    {
        foreach (var version in model.Versions)
        {
            var aliases = model.Aliases.Where(a => a.Value == version.Version).Select(a => a.Key).ToList();
            console.Facts(
                ("model", $"{model.Name}@{version.Version}" + (aliases.Count > 0 ? $" ({string.Join(", ", aliases)})" : "")),
                ("network", string.Create(CultureInfo.InvariantCulture, $"{version.Network}, {version.Parameters:N0} parameters")),
                ("score", version.Score is { } score ? $"validation Dice {Tables.Dice(score)}" : null),
                ("run", version.Run),
                ("origin", version.Origin is { } origin ? $"{ModelSentences.Of(origin)}, SHA-256 {origin.Sha256}" : null),
                ("datasets", string.Join(", ", version.Datasets)),
                ("published", Tables.Time(version.Published)),
                ("trunk", version.Package),
                ("digest", version.Digest));
            var groups = Tables.Create("prompt group", "modality", "tasks");
            foreach (var group in version.PromptGroups)
            {
                groups.With(group.Name, group.Modality, string.Join(", ", group.Labels.Select(l => $"{l.Value} {l.Task}{(version.Unverified.Contains(l.Task) ? " ?" : "")}")));
            }

            foreach (var branch in version.Branches)
            {
                groups.With(branch.Group.Name, branch.Group.Modality, string.Join(", ", branch.Group.Labels.Select(l => $"{l.Value} {l.Task}")) + $" ({branch.Policy}, {branch.Dataset})");
            }

            console.Write(groups);
            if (version.Unverified.Count > 0)
            {
                console.WriteLine("?: nobody has compared this name with the weights.");
            }

            console.WriteLine();
        }
    }
}
