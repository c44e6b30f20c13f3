namespace Hermes.Cli.Verbs;

/// <summary><c>run watch</c>.</summary>
internal static class RunWatchVerb
{
    public static VerbCommand Create()
    {
        var run = RunArguments.Run();
        return new VerbCommand(
            "watch",
            "Watches a run to its end. Ctrl-C stops watching, not the run.",
            "hermes run watch first") { run }.Does(async (context, cancellationToken) =>
        {
            var client = await context.ConnectAsync(cancellationToken);
            await client.Runs.GetAsync(context.Get(run), cancellationToken);
            return await RunReport.WatchAsync(context, client, context.Get(run), cancellationToken);
        });
    }
}
