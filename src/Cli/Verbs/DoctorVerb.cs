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
        "hermes doctor --data-dir /data/hermes --address 127.0.0.1:7000 --json",
        "hermes doctor --libtorch auto") { ServeVerb.DataDirectory, ServeVerb.DashboardPort, ServeVerb.Libtorch, ServeVerb.LibtorchUnverified }.Does(async (context, cancellationToken) =>
    {
        var findings = await Examination.RunAsync(
            context.Entry, context.Get(ServeVerb.DashboardPort), context.Get(ServeVerb.DataDirectory), [.. Library(context)], cancellationToken);
        var health = findings.Max(f => f.Health);
        context.Output.Result(new { Health = health, Findings = findings }, console => Render(console, findings));
        return health == Health.Problem ? ExitCodes.Failed : ExitCodes.Success;
    });

    private static IEnumerable<string> Library(VerbContext context) =>
    [
        .. ServeVerb.LibtorchOf(context) is { } libtorch ? new[] { ServeVerb.Libtorch.Name, libtorch } : [],
        .. context.Get(ServeVerb.LibtorchUnverified) ? new[] { ServeVerb.LibtorchUnverified.Name } : [],
    ];

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
