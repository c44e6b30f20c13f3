using Hermes.Hosting;

namespace Hermes.Cli.Verbs;

/// <summary><c>run cancel</c>.</summary>
internal static class RunCancelVerb
{
    public static VerbCommand Create()
    {
        var run = RunArguments.Run();
        return new VerbCommand(
            "cancel",
            "Asks a run to end at its next step; it can be resumed from its last checkpoint.",
            "hermes run cancel first") { run }.Does(async (context, cancellationToken) =>
        {
            var client = await context.ConnectAsync(cancellationToken);
            RunReport.Show(context, await client.Runs.CancelAsync(context.Get(run), cancellationToken));
            return ExitCodes.Success;
        });
    }
}
