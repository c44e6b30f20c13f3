using System.CommandLine;

namespace Hermes.Cli.Verbs;

/// <summary>What the verbs of <c>run</c> have in common.</summary>
internal static class RunArguments
{
    public static Argument<string> Run() => new("run") { Description = "The run's name.", HelpName = "RUN" };
}
