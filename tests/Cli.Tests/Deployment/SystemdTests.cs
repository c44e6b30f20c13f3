using System.Diagnostics;
using System.Globalization;
using Hermes.Hosting;

namespace Hermes.Cli.Tests.Deployment;

/// <summary>The units of <c>deploy/systemd</c> are such, and run programs with what these know.</summary>
public sealed class SystemdTests : IDisposable
{
    private const string Verifier = "/usr/bin/systemd-analyze", Runtime = "/usr/bin/dotnet";

    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "systemd");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Units => [.. Directory.GetFiles(Folder, "*.service").Select(f => Path.GetFileName(f)!)];

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Units))]
    public async Task Systemd_takes_every_unit(string unit)
    {
        Requirement.Met("systemd", File.Exists(Verifier), $"There is no {Verifier}, which knows what systemd takes.");

        // It looks whether the program is there.
        var text = (await File.ReadAllTextAsync(Path.Combine(Folder, unit))).Replace(Runtime, Environment.ProcessPath, StringComparison.Ordinal);
        var start = new ProcessStartInfo(Verifier, ["verify", "--man=no", _folder.File(unit, text)]) { RedirectStandardError = true };
        using var verify = Process.Start(start)!;

        // What it ignores it tells, too.
        var errors = verify.StandardError.ReadToEndAsync();
        Assert.Equal((0, ""), (await verify.EndAsync(), await errors));
    }

    [Theory]
    [MemberData(nameof(Units))]
    public async Task A_unit_has_the_sections_of_one_and_runs_a_program_with_variables_that_it_knows(string unit)
    {
        var read = Read(unit);

        Assert.Equal(["Install", "Service", "Unit"], read.Select(l => l.Section).Distinct().Order());
        var environment = EnvironmentOf(unit);
        await Told.RequireKnownAsync(environment.Keys);
        var words = Value(read, "ExecStart").Split(' ');
        var program = unit == "hermes-silo.service" ? PlatformProgram.Silo : PlatformProgram.Dashboard;
        Assert.Equal((Runtime, $"/opt/hermes/{program.Room.ToLowerInvariant()}/{program.File}"), (words[0], words[1]));
        Assert.All(words.Where(w => w.StartsWith('$')), variable => Assert.Contains(variable.Trim('$', '{', '}'), environment.Keys));
        Assert.Equal("/opt/hermes", environment.GetValueOrDefault(PlatformProgram.FolderVariable, "/opt/hermes"));
    }

    [Fact]
    public async Task The_silos_file_of_settings_holds_what_a_silo_knows()
    {
        var environment = EnvironmentOf("hermes-silo.service").Where(v => v.Key != PlatformProgram.FolderVariable).ToDictionary();
        Assert.Equal("/etc/hermes/silo.json", environment[Told.ConfigFile]);
        environment[Told.ConfigFile] = Path.Combine(Folder, "silo.json");

        var told = await Told.ReadAsync(environment);

        Assert.Equal("silo1.example.org", told["host"]);
        Assert.Equal(told["data-dir"], $"/var/lib/{Value(Read("hermes-silo.service"), "StateDirectory")}");
    }

    [Fact]
    public void A_silo_has_the_time_that_an_orderly_end_takes_and_is_started_again_for_ever_unless_its_words_are_wrong()
    {
        var silo = Read("hermes-silo.service");

        Assert.True(TimeSpan.FromSeconds(int.Parse(Value(silo, "TimeoutStopSec"), CultureInfo.InvariantCulture)) >= Grace.Program);
        Assert.Equal(("SIGTERM", "mixed", "on-failure"), (Value(silo, "KillSignal"), Value(silo, "KillMode"), Value(silo, "Restart")));
        Assert.Equal("0", Value(silo, "StartLimitIntervalSec"));
        Assert.Equal(ExitCodes.WrongUsage, int.Parse(Value(silo, "RestartPreventExitStatus"), CultureInfo.InvariantCulture));
    }

    private static List<(string Section, string Key, string Value)> Read(string unit)
    {
        var (lines, section) = (new List<(string, string, string)>(), "");
        foreach (var line in File.ReadLines(Path.Combine(Folder, unit)).Where(l => l.Length > 0 && l[0] != '#'))
        {
            if (line[0] == '[')
            {
                section = line.Trim('[', ']');
                continue;
            }

            var (key, value) = Pair(line);
            lines.Add((section, key, value));
        }

        return lines;
    }

    private static string Value(List<(string Section, string Key, string Value)> unit, string key) => Assert.Single(unit, l => l.Key == key).Value;

    private static Dictionary<string, string> EnvironmentOf(string unit) => Read(unit).Where(l => l.Key is "Environment" or "EnvironmentFile")
        .SelectMany(l => l.Key == "Environment" ? l.Value.Split(' ') : File.ReadAllLines(Path.Combine(Folder, Path.GetFileName(l.Value))))
        .Select(Pair).ToDictionary(p => p.Key, p => p.Value);

    private static (string Key, string Value) Pair(string line) =>
        line.Split('=', 2) is [var key, var value] ? (key, value) : throw new InvalidDataException($"'{line}' is no setting of a unit.");
}
