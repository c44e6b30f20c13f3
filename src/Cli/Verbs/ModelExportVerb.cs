using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Client.Models;
using Hermes.Hosting;

namespace Hermes.Cli.Verbs;

/// <summary><c>model export</c>.</summary>
internal static class ModelExportVerb
{
    private static readonly Argument<string> Model = new("model") { Description = "The model; its live version unless one is named.", HelpName = "NAME[@VERSION]" };

    private static readonly Option<string> Target = new("--output", "-o")
    {
        Description = "A .safetensors file or a folder, which hold trunk and branches and say what they are; or a .pth for the official code, with at most one branch in place.",
        HelpName = "FILE|FOLDER",
        Required = true,
    };

    private static readonly Option<string?> Group = new("--group")
    {
        Description = "Only what answers this prompt group: the trunk, and the group's branch if it has one.",
        HelpName = "PROMPT-GROUP",
    };

    private static readonly Option<bool> Force = new("--force") { Description = "Replace files that exist; never a folder." };

    public static VerbCommand Create() => new VerbCommand(
        "export",
        "Writes a model to files: for another platform, for whoever reads safetensors, or for PyTorch. 'model import' takes them back, to the bit.",
        "hermes model export universal -o universal.safetensors",
        "hermes model export universal@2 -o universal-2",
        "hermes model export universal --group lesions -o lesions.pth") { Model, Target, Group, Force }.Does(async (context, cancellationToken) =>
    {
        var (target, force) = (ExportTarget.Of(context.Get(Target)!), context.Get(Force));
        Check(target, force);
        var reference = ModelReference.Parse(context.Get(Model)!);
        var client = await context.ConnectAsync(cancellationToken);
        var version = await client.Models.ResolveAsync(reference, cancellationToken);
        version = context.Get(Group) is { } group ? ModelFileClient.Only(version, group) : version;
        var written = target.Form == ExportForm.Folder
            ? await client.ModelFiles.ExportAsync(version, target, context.Progress.Transfers(), cancellationToken)
            : await SwitchedAsync(target, force, beside => client.ModelFiles.ExportAsync(version, beside, context.Progress.Transfers(), cancellationToken));
        context.Progress.Clear();
        var answered = ModelFileClient.Answered(version, target.Form).Select(g => g.Name);
        var exported = new Exported($"{version.Model}@{version.Version}", written, [.. answered], version.Content.Digest());
        context.Output.Result(exported, console => console.Facts(
            ("model", exported.Model),
            ("prompt groups", string.Join(", ", exported.PromptGroups)),
            ("written", target.Path),
            ("load it", target.Form == ExportForm.Torch
                ? $"network.load_state_dict(torch.load(\"{target.Path}\")[\"model_state_dict\"])"
                : $"hermes model import {target.Path} --name {version.Model}")));
        return ExitCodes.Success;
    });

    private static void Check(ExportTarget target, bool force)
    {
        if (target.Form == ExportForm.Folder)
        {
            if (File.Exists(target.Path) || (Directory.Exists(target.Path) && Directory.EnumerateFileSystemEntries(target.Path).Any()))
            {
                throw new UsageException($"{target.Path} exists already and is not empty.", "Choose another name.");
            }

            return;
        }

        OutputFile.Check(target.Path, force);
    }

    // Written under another name first, so that what is replaced is whole until its successor is.
    private static async Task<string> SwitchedAsync(ExportTarget target, bool force, Func<ExportTarget, Task<string>> write)
    {
        OutputFile.MakeFolder(target.Path);
        var full = Path.GetFullPath(target.Path);
        var written = await write(target with { Path = OutputFile.Beside(full) });
        try
        {
            File.Move(written, full, force);
            return full;
        }
        catch (IOException) when (!force && File.Exists(full))
        {
            throw OutputFile.Taken(target.Path);
        }
        finally
        {
            File.Delete(written);
        }
    }

    internal sealed record Exported(string Model, string Output, IReadOnlyList<string> PromptGroups, string Digest);
}
