using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>cluster init</c>.</summary>
internal static class ClusterInitVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static VerbCommand Create()
    {
        var connection = new Option<string?>("--connection-file") { Description = DatabaseAddress.Help, HelpName = "FILE" };
        var role = new Option<string?>("--role") { Description = DatabaseAddress.RoleHelp, HelpName = "ROLE" };
        return new VerbCommand(
            "init",
            "Prepares the PostgreSQL database of a cluster: makes what is missing, brings on what is older, gives roles that have rights there the new ones, too, and says what it did. May be repeated.",
            "hermes cluster init --connection-file owner.txt --role hermes_silo",
            "hermes cluster init --json                            the connection string is in HERMES_DATABASE") { connection, role }.Does(async (context, cancellationToken) =>
        {
            string[] arguments =
            [
                "database", "init", .. Given("--database-file", context.Get(connection)), .. Given("--role", context.Get(role)),
                .. Given(TlsFileOptions.Authority, context.Get(VerbContext.TlsAuthorityFile)),
            ];
            var report = await ChildProgram.AskAsync<SchemaReport>(PlatformProgram.Silo, arguments, JsonSerializerOptions.Web, Patience, cancellationToken);
            context.Output.Result(report, console =>
            {
                foreach (var script in report.Scripts)
                {
                    console.WriteLine($"{script.Script}: {Told(script)}");
                }

                console.WriteLine($"{report.Database} is prepared{(report.Roles.Count > 0 ? $"; {string.Join(", ", report.Roles)} may read and write" : "")}.");
            });
            return ExitCodes.Success;
        });
    }

    private static IEnumerable<string> Given(string option, string? value) => value is null ? [] : [option, value];

    private static string Told(SchemaChange script) => script switch
    {
        { Before: null } => $"made, version {script.Version}",
        { Before: { } before } when before == script.Version => $"as it was, version {script.Version}",
        _ => $"brought from version {script.Before} to {script.Version}",
    };
}
