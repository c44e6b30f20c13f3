using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Configuration;

namespace Hermes.Silo.Hosting;

/// <summary><c>config show</c> and <c>config check</c>: what a silo would be told, and whether it could work so. Both change nothing.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var show = new Command("show", "Prints every setting, its value and where it was told, as JSON.");
        show.AddSettings();
        show.SetAction(parsed =>
        {
            Print(ToldSettings.Read(parsed).Report());
            return ExitCodes.Success;
        });

        var check = new Command("check", "Tries everything that the settings name and prints what it found, as JSON.");
        check.AddSettings();
        check.SetAction(async (parsed, cancellationToken) =>
        {
            Print(new ConfigCheckReport(await SettingsCheck.RunAsync(() => SiloSettings.Of(ToldSettings.Read(parsed), exitWithParent: false), cancellationToken)));
            return ExitCodes.Success;
        });
        return new Command("config", "What a silo is told: show, check.") { show, check };
    }

    private static void Print<T>(T report) => Console.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
}
