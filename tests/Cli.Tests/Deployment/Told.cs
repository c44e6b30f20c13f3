using System.Text.Json;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;

namespace Hermes.Cli.Tests.Deployment;

/// <summary>What a silo makes of an environment, by the word of the silo's own program.</summary>
internal sealed class Told
{
    public const string ConfigFile = "HERMES_CONFIG_FILE";

    private static readonly Lazy<Task<ConfigReport>> Nothing = new(() => ShowAsync(new Dictionary<string, string>()));

    private readonly Dictionary<string, string?> _values;

    private Told(ConfigReport report) => _values = report.Settings.ToDictionary(s => s.Name, s => s.Value);

    public string? this[string setting] => _values[setting];

    /// <summary>Reads an environment as a silo would, with the file that it names; fails where the silo would refuse it.</summary>
    public static async Task<Told> ReadAsync(IReadOnlyDictionary<string, string> environment)
    {
        await RequireKnownAsync(environment.Keys);
        return new Told(await ShowAsync(environment));
    }

    /// <summary>Requires of all variables of the platform that one of its programs reads them.</summary>
    public static async Task RequireKnownAsync(IEnumerable<string> variables)
    {
        string[] known =
        [
            .. (await Nothing.Value).Settings.Select(s => s.Variable),
            ConfigFile, DatabaseAddress.Variable, BrokerAddress.Variable, BlobAddress.Variable, PlatformProgram.FolderVariable,
        ];
        Assert.Empty(variables.Where(v => v.StartsWith("HERMES_", StringComparison.Ordinal)).Except(known));
    }

    /// <summary>What holds when nobody says anything.</summary>
    public static async Task<Told> StandardsAsync() => new(await Nothing.Value);

    private static async Task<ConfigReport> ShowAsync(IReadOnlyDictionary<string, string> environment)
    {
        var shown = await HermesProcess.RunAsync(environment, "config", "show", "--json");
        Assert.True(shown.ExitCode == 0, shown.Error + shown.Output);
        return JsonSerializer.Deserialize<ConfigReport>(shown.Output, JsonSerializerOptions.Web)!;
    }
}
