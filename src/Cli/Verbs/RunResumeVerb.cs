using Hermes.Hosting;

namespace Hermes.Cli.Verbs;

/// <summary><c>run resume</c>.</summary>
internal static class RunResumeVerb
{
    public static VerbCommand Create()
    {
        var run = RunArguments.Run();
        return new VerbCommand(
            "resume",
            "Queues a cancelled or failed run again, from its last checkpoint.",
            "hermes run resume first") { run }.Does(async (context, cancellationToken) =>
        {
            var client = await context.ConnectAsync(cancellationToken);
            RunReport.Show(context, await client.Runs.ResumeAsync(context.Get(run), cancellationToken));
            return ExitCodes.Success;
        });
    }
}
