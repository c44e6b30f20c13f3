using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>dataset cancel</c>.</summary>
internal static class DatasetCancelVerb
{
    private static readonly Argument<string> Name = new("name") { Description = "The dataset, by name or site/name.", HelpName = "NAME" };

    public static VerbCommand Create() => new VerbCommand(
        "cancel",
        "Gives up an add or append that is under way; nothing of it is kept. Ctrl-C during it does the same.",
        "hermes dataset cancel abdomen") { Name }.Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var document = DatasetDocument.Of(await client.Datasets.CancelAddAsync(context.Get(Name), cancellationToken));
        context.Output.Result(document, console => console.MarkupLineInterpolated(
            $"The {(document.Version == 0 ? "add of" : "append to")} [bold]{document.Name}[/] was cancelled; nothing of it is kept."));
        return ExitCodes.Success;
    });
}
