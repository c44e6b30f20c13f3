using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Hosting;

namespace Hermes.Cli.Verbs;

/// <summary><c>blobs collect</c>.</summary>
internal static class BlobsCollectVerb
{
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only tell what would be removed." };

    public static VerbCommand Create() => new VerbCommand(
        "collect",
        "Removes the blobs that nothing refers to and that are older than a day, as the platform does daily.",
        "hermes blobs collect --dry-run",
        "hermes blobs collect") { DryRun }.Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var isDry = context.Get(DryRun);
        var collected = await client.BlobCare.CollectAsync(isDry, cancellationToken);
        context.Output.Result(collected, console => console.Facts(
            (isDry ? "to be removed" : "removed", Count(collected.Removed, collected.RemovedBytes)),
            ("referred to", Count(collected.Kept, collected.KeptBytes)),
            ($"younger than {BlobCollection.Grace.TotalHours:0} h", Count(collected.Young, collected.YoungBytes))));
        return ExitCodes.Success;
    });

    private static string Count(int blobs, long bytes) => $"{blobs} blobs, {Tables.Mebibytes(bytes)}";
}
