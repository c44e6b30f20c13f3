using Hermes.Cli.Doctor;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>doctor</c>.</summary>
internal static class DoctorVerb
{
    public static VerbCommand Create() => new VerbCommand(
        "doctor",
        "Looks at everything the platform needs and says how it is and what to do, whether a platform is running or not. Changes nothing. The exit code is 1 when there is a problem.",
        "hermes doctor",
        "hermes doctor --data-dir /data/hermes --address 127.0.0.1:7000 --json") { ServeVerb.DataDirectory, ServeVerb.DashboardPort }.Does(async (context, cancellationToken) =>
    {
        var findings = await Examination.RunAsync(
            context.Entry, context.Get(ServeVerb.DashboardPort), context.Get(ServeVerb.DataDirectory), cancellationToken);
        var health = findings.Max(f => f.Health);
        context.Output.Result(new { Health = health, Findings = findings }, console => Render(console, findings));
        return health == Health.Problem ? ExitCodes.Failed : ExitCodes.Success;
    });

    private static void Render(IAnsiConsole console, IReadOnlyList<Finding> findings)
    {
        var width = findings.Max(f => f.Subject.Length);
        foreach (var finding in findings)
        {
            console.WriteLine($"{finding.Health.ToString().ToLowerInvariant(),-7}  {finding.Subject.PadRight(width)}  {finding.Found}");
            if (finding.Advice is { } advice)
            {
                console.WriteLine($"{"",-7}  {"".PadRight(width)}  {advice}");
            }
        }
    }
}
