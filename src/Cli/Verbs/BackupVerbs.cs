using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>backup</c>, <c>backup check</c> and <c>restore</c>. The silo's program does the work, because it knows database and blobs.</summary>
internal static class BackupVerbs
{
    private static readonly Argument<string> Folder = new("FOLDER") { Description = "The folder of the backups; snapshots in it share their blobs." };

    private static readonly Option<string?> Connection = new("--connection-file") { Description = DatabaseAddress.Help, HelpName = "FILE" };

    private static readonly Option<string?> BlobsFile = new("--blobs-file") { Description = BlobAddress.Help, HelpName = "FILE" };

    private static readonly Option<string?> BlobsDirectory = new("--blobs-dir") { Description = "The folder of the blobs; blobs below the data directory when not given.", HelpName = "DIR" };

    private static readonly Option<string?> Snapshot = new("--snapshot") { Description = "The snapshot to restore; the newest when not given. 'hermes backup check' lists them.", HelpName = "NAME" };

    private static readonly Option<bool> TakeBlobs = new("--take-blobs")
    {
        Description = "The blobs that lie there are those of a platform that is no more, such as the one of the backup: they become those of the restored one, and need no copy.",
    };

    public static VerbCommand Make()
    {
        var make = new VerbCommand(
            "backup",
            "Copies everything a platform knows into a folder: states, catalog, tokens, audit and blobs, as they are at one moment, while the platform works on. What is in the folder already is not copied again; "
            + "one that breaks off leaves the older snapshots as they are and is repeated. Not copied: access token and tickets.key, which are secrets and are made anew; settings; caches and logs. "
            + "The folder holds volumes of patients: keep it as safe as the platform.",
            "hermes backup /backup/hermes",
            "hermes backup /backup/hermes --data-dir /data/hermes",
            "hermes backup /backup/hermes --config-file one.json    the platform is a cluster; any silo's settings will do")
        {
            Folder, ConfigVerbs.File, ServeVerb.DataDirectory, Connection, BlobsDirectory, BlobsFile,
        };
        make.Subcommands.Add(Check());
        return make.Does(async (context, cancellationToken) =>
        {
            var report = await AskAsync<BackupReport>(context, "make", [.. Place(context)], cancellationToken);
            context.Output.Result(report, console =>
            {
                console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Snapshot {report.Snapshot.Name}: {Told(report.Snapshot)}; {report.Copied} blobs with {Tables.Mebibytes(report.CopiedBytes)} were copied."));
                Tell(console, report.Snapshot.Missing);
            });
            return report.Snapshot.Missing.Count == 0 ? ExitCodes.Success : ExitCodes.Failed;
        });
    }

    public static VerbCommand Restore() => new VerbCommand(
        "restore",
        "Fills an empty platform with what a snapshot shows: a new data directory, or the prepared database of a cluster. Every file is compared with its digest. No silo may run there; "
        + "start it afterwards: what was under way goes on from its last checkpoint. One that breaks off is repeated.",
        "hermes restore /backup/hermes --data-dir /data/hermes",
        "hermes restore /backup/hermes --connection-file database.txt --blobs-dir /mnt/hermes-blobs    from one machine to many",
        "hermes restore /backup/hermes --config-file one.json --snapshot 20260102T030405.678Z")
    {
        Folder, Snapshot, TakeBlobs, ConfigVerbs.File, ServeVerb.DataDirectory, Connection, BlobsDirectory, BlobsFile,
    }.Does(async (context, cancellationToken) =>
    {
        string[] chosen = [.. Given(Snapshot.Name, context.Get(Snapshot)), .. context.Get(TakeBlobs) ? [TakeBlobs.Name] : Array.Empty<string>()];
        var report = await AskAsync<RestoreReport>(context, "restore", [.. chosen, .. Place(context)], cancellationToken);
        context.Output.Result(report, console =>
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Snapshot {report.Snapshot.Name} is restored into {report.Database}: {Told(report.Snapshot)}; {report.Copied} blobs with {Tables.Mebibytes(report.CopiedBytes)} were copied."));
            Tell(console, report.Snapshot.Missing);
            if (report.Snapshot.Tokens is null)
            {
                console.WriteLine("The snapshot is of an older kind, which holds no tokens of people and no audit: all tokens that were given are void, and nothing is on record.");
            }

            console.WriteLine($"Start the platform, for the site {report.Snapshot.Site}.");
        });
        return ExitCodes.Success;
    });

    private static VerbCommand Check() => new VerbCommand(
        "check",
        "Lists the snapshots in a folder of backups and compares everything with its digest: whoever trusts a backup has checked it. The exit code is 1 when something is missing or damaged.",
        "hermes backup check /backup/hermes",
        "hermes backup check /backup/hermes --json") { Folder }.Does(async (context, cancellationToken) =>
    {
        var report = await AskAsync<BackupCheckReport>(context, "check", [], cancellationToken);
        context.Output.Result(report, console =>
        {
            var table = Tables.Create("SNAPSHOT", "OF", "VERSION", "#STATES", "#BLOBS", "#SIZE");
            foreach (var one in report.Snapshots)
            {
                table.With(one.Name, one.Source, one.Version, Tables.Number(one.States), Tables.Number(one.Blobs), Tables.Mebibytes(one.Bytes));
            }

            console.Write(table);
            foreach (var problem in report.Problems)
            {
                console.WriteLine($"{problem.Snapshot}: {problem.Sentence}");
            }

            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Blobs} blobs with {Tables.Mebibytes(report.Bytes)} were compared with their digests; {(report.Problems.Count == 0 ? "nothing is missing or damaged" : $"{report.Problems.Count} problems")}."));
        });
        return report.Problems.Count == 0 ? ExitCodes.Success : ExitCodes.Failed;
    });

    private static async Task<T> AskAsync<T>(VerbContext context, string verb, IEnumerable<string> options, CancellationToken cancellationToken)
        where T : class
    {
        var report = await ChildProgram.FollowAsync<BackupStep, T>(
            PlatformProgram.Silo,
            ["backup", verb, ParentWatch.Option.Name, .. options, "--", context.Get(Folder)],
            JsonSerializerOptions.Web,
            step => context.Progress.Report(step.Phase, step.Done, step.Total, "MiB"),
            cancellationToken);
        context.Progress.Clear();
        return report;
    }

    private static IEnumerable<string> Place(VerbContext context) =>
    [
        .. Given(ConfigVerbs.File.Name, context.Get(ConfigVerbs.File)), .. Given(ServeVerb.DataDirectory.Name, context.Get(ServeVerb.DataDirectory)),
        .. Given("--database-file", context.Get(Connection)), .. Given(BlobsDirectory.Name, context.Get(BlobsDirectory)), .. Given(BlobsFile.Name, context.Get(BlobsFile)),
        .. Given(TlsFileOptions.Authority, context.Get(VerbContext.TlsAuthorityFile)),
    ];

    private static IEnumerable<string> Given(string option, string? value) => value is null ? [] : [option, value];

    // Snapshots of older versions hold neither tokens nor records.
    private static string Told(SnapshotSummary snapshot) => string.Create(
        CultureInfo.InvariantCulture,
        $"{snapshot.States} states{Some(snapshot.Tokens, "tokens")}{Some(snapshot.Records, "records of the audit")} and {snapshot.Blobs} blobs with {Tables.Mebibytes(snapshot.Bytes)}, as of {Tables.Time(snapshot.Made)}");

    private static string Some(long? count, string what) => count is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {count} {what}");

    private static void Tell(IAnsiConsole console, IReadOnlyList<BlobProblem> missing)
    {
        foreach (var blob in missing)
        {
            console.WriteLine($"Not in it, because the platform has lost it: a blob of {string.Join(", ", blob.Owners)}. {blob.Sentence}");
        }
    }
}
