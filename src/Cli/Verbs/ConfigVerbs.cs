using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>config</c>: what a silo is told. The silo's program answers, so that it is what a silo would do.</summary>
internal static class ConfigVerbs
{
    internal static readonly Option<string?> File = new("--config-file")
    {
        Description = "A JSON file with settings of the silo, such as {\"threads\": 8}; HERMES_CONFIG_FILE names one too. 'hermes config show' lists the settings.",
        HelpName = "FILE",
    };

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static VerbCommand Show() => new VerbCommand(
        "show",
        "Lists every setting of a silo: its value, where it was told, and what it is for. A setting stands in the file under its name, or in the environment (--data-dir is data-dir there, HERMES_DATA_DIR here), which goes first. Secrets stay in the files that settings name.",
        "hermes config show",
        "hermes config show --config-file silo.json --json") { File }.Does(async (context, cancellationToken) =>
    {
        var report = await ShowAsync(Given(context), cancellationToken);
        context.Output.Result(report, console =>
        {
            foreach (var setting in report.Settings)
            {
                console.WriteLine($"{setting.Name} = {setting.Value ?? "(nothing)"}{(setting.Origin is { } origin ? $"   {origin}" : "")}");
                console.WriteLine($"    {setting.Meaning} {setting.Variable}");
            }
        });
        return ExitCodes.Success;
    });

    public static VerbCommand Check() => new VerbCommand(
        "check",
        "Tries everything that the settings of a silo name, database, broker and blobs too, and says what is wrong and what to do. Changes nothing. The exit code is 1 when there is a problem.",
        "hermes config check --config-file silo.json",
        "hermes config check --json                            the environment names everything") { File }.Does(async (context, cancellationToken) =>
    {
        var report = await ChildProgram.AskAsync<ConfigCheckReport>(
            PlatformProgram.Silo, ["config", "check", .. Given(context)], JsonSerializerOptions.Web, Patience, cancellationToken);
        context.Output.Result(report, console =>
        {
            var width = report.Checks.Max(c => c.Subject.Length);
            foreach (var check in report.Checks)
            {
                console.WriteLine($"{(check.Problem is null ? "ok" : "problem"),-7}  {check.Subject.PadRight(width)}  {check.Problem ?? check.Found}");
                if (check.Hint is { } hint)
                {
                    console.WriteLine($"{"",-7}  {"".PadRight(width)}  {hint}");
                }
            }
        });
        return report.Checks.All(c => c.Problem is null) ? ExitCodes.Success : ExitCodes.Failed;
    });

    /// <summary>What a silo would be told with these of its options.</summary>
    internal static Task<ConfigReport> ShowAsync(IEnumerable<string> options, CancellationToken cancellationToken) =>
        ChildProgram.AskAsync<ConfigReport>(PlatformProgram.Silo, ["config", "show", .. options], JsonSerializerOptions.Web, Patience, cancellationToken);

    private static IEnumerable<string> Given(VerbContext context) => context.Get(File) is { } file ? [File.Name, file] : [];
}
