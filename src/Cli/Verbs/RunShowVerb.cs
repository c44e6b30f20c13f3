using Hermes.Hosting;

namespace Hermes.Cli.Verbs;

/// <summary><c>run show</c>.</summary>
internal static class RunShowVerb
{
    public static VerbCommand Create()
    {
        var run = RunArguments.Run();
        return new VerbCommand(
            "show",
            "Shows where a run stands, and why it failed or waits.",
            "hermes run show first",
            "hermes run show first --json") { run }.Does(async (context, cancellationToken) =>
        {
            var client = await context.ConnectAsync(cancellationToken);
            RunReport.Show(context, await client.Runs.GetAsync(context.Get(run), cancellationToken));
            return ExitCodes.Success;
        });
    }
}
