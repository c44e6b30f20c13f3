using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Client.Models;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>model import</c>.</summary>
internal static class ModelImportVerb
{
    private const int Shown = 40;

    private static readonly Argument<string> Source = new("file")
    {
        Description = "A checkpoint of PyTorch (.pth) of Hermes-R or Hermes-M: of a training by the official code, or a state dict; or what 'model export' wrote.",
        HelpName = "FILE",
    };

    private static readonly Option<string> Name = new("--name") { Description = "What the model is to be called; an existing one gets another version.", HelpName = "NAME", Required = true };

    private static readonly Option<string?> Tasks = new("--tasks")
    {
        Description = "What the prior rows of a checkpoint mean, and what is prompted together, as in config/universal/published_tasks.yaml; without it the 71 published tasks.",
        HelpName = "FILE",
    };

    public static VerbCommand Create() => new VerbCommand(
        "import",
        "Makes a model of weights that were learned elsewhere. Nothing in the file is executed; averaged weights are taken where it has them.",
        "hermes model import hermes_resunet.pth --name published",
        "hermes model import latest.pth --name ours --tasks tasks.yaml",
        "hermes model import universal.safetensors --name universal") { Source, Name, Tasks }.Does(async (context, cancellationToken) =>
    {
        var (file, name) = (context.Get(Source)!, context.Get(Name)!);
        var client = await context.ConnectAsync(cancellationToken);
        var status = await client.ModelFiles.ImportAsync(
            file, name, context.Get(Tasks), context.Progress.Transfers(),
            new Relayed<ProgressEvent>(e => context.Progress.Report(e.Phase is { Length: > 0 } phase ? phase : Phases.Load, e.Done, e.Total, "")), cancellationToken);
        context.Progress.Clear();
        if (status is not { State: ImportState.Completed, Version: { } number })
        {
            if (status.Mismatches.Count > 0)
            {
                context.Output.Result(status, console => RenderMismatches(console, status.Mismatches));
                return context.Output.IsJson ? ExitCodes.Failed : throw status.Cause!.ToException();
            }

            throw status.Cause?.ToException() ?? new HermesException($"The platform lost the import of {file}.", file, "Import it again.");
        }

        var model = await client.Models.GetAsync(name, cancellationToken);
        var version = model.Versions[number - 1];
        var imported = new Imported(
            name, number, model.Live()?.Version == number, status.Taken, version.Content.Network, version.Content.Parameters, version.Content.Tasks.Count,
            [.. version.Content.Groups().Select(g => g.Name)], version.Content.Unverified ?? [], version.Content.Digest());
        context.Output.Result(imported, console => Render(console, imported));
        return ExitCodes.Success;
    });

    private static void Render(IAnsiConsole console, Imported imported) => console.Facts(
        ("model", $"{imported.Model}@{imported.Version}" + (imported.IsLive ? " (live)" : "")),
        ("weights", imported.Taken is { } taken ? $"those of '{taken}'" : null),
        ("network", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{imported.Network}, {imported.Parameters:N0} parameters")),
        ("tasks", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{imported.Tasks} in the prompt groups {string.Join(", ", imported.PromptGroups)}")),
        ("unverified", imported.Unverified.Count == 0 ? null : $"the names of {imported.Unverified.Count} tasks, which 'hermes model show {imported.Model}' marks with a ?"),
        ("next", imported.IsLive
            ? $"hermes segment scan.nii.gz -o organs.nii.gz --model {imported.Model} --dataset {imported.PromptGroups[0]}"
            : $"It is not live: 'hermes model promote {imported.Model}@{imported.Version}' makes it so, and says what would vanish."));

    private static void RenderMismatches(IAnsiConsole console, IReadOnlyList<TensorMismatch> mismatches)
    {
        var table = Tables.Create("tensor", "is", "expected", "found");
        foreach (var mismatch in mismatches.Take(Shown))
        {
            table.With(mismatch.Name, mismatch.Kind, mismatch.Expected, mismatch.Found);
        }

        console.Write(table);
        if (mismatches.Count > Shown)
        {
            console.WriteLine($"and {mismatches.Count - Shown} more; --json lists all.");
        }
    }

    internal sealed record Imported(
        string Model, int Version, bool IsLive, string? Taken, string Network, long Parameters, int Tasks, IReadOnlyList<string> PromptGroups,
        IReadOnlyList<string> Unverified, string Digest);
}
