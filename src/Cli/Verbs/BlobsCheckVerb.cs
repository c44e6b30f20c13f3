using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>blobs check</c>.</summary>
internal static class BlobsCheckVerb
{
    public static VerbCommand Create() => new VerbCommand(
        "check",
        "Compares every blob with its digest and looks for missing ones; tells whose they are.",
        "hermes blobs check",
        "hermes blobs check --json").Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var (blobs, bytes, problems) = (0, 0L, new List<BlobProblem>());
        await foreach (var stretch in client.BlobCare.CheckAsync(cancellationToken))
        {
            (blobs, bytes) = (blobs + stretch.Blobs, bytes + stretch.Bytes);
            problems.AddRange(stretch.Problems);
            context.Progress.Report("check", blobs, 0, "blobs", null);
        }

        context.Progress.Clear();
        context.Output.Result(new BlobCheckDocument(blobs, bytes, problems), console =>
        {
            foreach (var problem in problems)
            {
                console.WriteLine($"{problem.Sentence.TrimEnd('.')}. {(problem.Owners.Count == 0 ? "Nothing refers to it." : $"It belongs to {string.Join(", ", problem.Owners)}.")} ({problem.Sha256})");
            }

            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{blobs} blobs with {Tables.Mebibytes(bytes)} were compared with their digests; {(problems.Count == 0 ? "nothing is missing or damaged" : $"{problems.Count} are missing or damaged")}."));
        });
        return problems.Count == 0 ? ExitCodes.Success : ExitCodes.Failed;
    });
}
