using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces.Access;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>audit</c>.</summary>
internal static class AuditVerb
{
    private static readonly Option<string?> Who = new("--who") { Description = "Only what was asked with the token of this name.", HelpName = "NAME" };
    private static readonly Option<string?> Kind = new("--kind") { Description = $"Only on this kind of thing: {string.Join(", ", AuditWords.Kinds)}.", HelpName = "KIND" };
    private static readonly Option<string?> Name = new("--name") { Description = "Only on the thing of this name.", HelpName = "NAME" };
    private static readonly Option<DateTimeOffset?> Since = new("--since") { Description = "Only what was asked then or later.", HelpName = "TIME" };
    private static readonly Option<DateTimeOffset?> Until = new("--until") { Description = "Only what was asked before.", HelpName = "TIME" };
    private static readonly Option<AuditOutcome?> Outcome = new("--outcome") { Description = "Only what ended so: done, refused, failed, or unknown.", HelpName = "OUTCOME" };
    private static readonly Option<int> Limit = new("--limit") { Description = "At most this many, the newest.", HelpName = "N", DefaultValueFactory = _ => 50 };

    static AuditVerb() => Limit.AcceptOnly(1, 1_000_000);

    public static VerbCommand Create() => new VerbCommand(
        "audit",
        "Tells who did what to which thing, with which outcome, newest first.",
        "hermes audit",
        "hermes audit --who anna --outcome refused",
        "hermes audit --kind dataset --name local/lesions --since 2026-11-01 --json")
    {
        Who, Kind, Name, Since, Until, Outcome, Limit,
    }.Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var search = new AuditSearch(context.Get(Who), context.Get(Kind), context.Get(Name), context.Get(Since), context.Get(Until), context.Get(Outcome));
        var records = await client.Access.AuditAsync(search, cancellationToken).Take(context.Get(Limit)).ToListAsync(cancellationToken);
        context.Output.Result(
            records.Select(r => new { r.Number, Time = r.At, r.Who, Role = r.Role.Word(), r.What, r.Kind, r.Name, r.Outcome, r.Reason }),
            console => Render(console, records));
        return ExitCodes.Success;
    });

    private static void Render(IAnsiConsole console, List<AuditRecord> records)
    {
        if (records.Count == 0)
        {
            console.WriteLine("Nothing of that is on record.");
            return;
        }

        var table = Tables.Create("time", "who", "role", "kind", "name", "what", "outcome");
        foreach (var r in records)
        {
            table.With(Tables.Time(r.At), r.Who, r.Role.Word(), r.Kind, r.Name, r.What, r.Reason is null ? r.Outcome.ToString() : $"{r.Outcome}: {r.Reason}");
        }

        console.Write(table);
    }
}
