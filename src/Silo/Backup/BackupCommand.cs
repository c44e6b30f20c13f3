using System.CommandLine;
using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Backup;

/// <summary><c>backup make</c>, <c>backup check</c> and <c>backup restore</c>. Each prints how far it is and, as its last line, what it did, as JSON.</summary>
internal static class BackupCommand
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(200);

    private static readonly Argument<string> Folder = new("FOLDER") { Description = "The folder of the backups." };

    private static readonly Option<string?> Name = new("--snapshot") { Description = "The snapshot to restore; the newest when not given.", HelpName = "NAME" };

    private static readonly Option<bool> TakeBlobs = new("--take-blobs") { Description = "The blobs that lie there are those of a platform that is no more: take them over." };

    public static Command Create() => new("backup", "Snapshots of a platform: make, check, restore.")
    {
        Verb("make", "Copies states, catalog, tokens, audit and blobs of a platform into a folder, whether it is at work or not.", PlaceOf(), MakeAsync),
        Verb("check", "Compares everything in a folder of backups with its digest.", [], CheckAsync),
        Verb("restore", "Fills an empty platform, which no silo works on, with what a snapshot shows.", [Name, TakeBlobs, .. PlaceOf()], RestoreAsync),
    };

    private static IReadOnlyList<Option> PlaceOf() =>
    [
        ToldSettings.File, SettingKeys.DataDirectory.Option, SettingKeys.DatabaseFile.Option, SettingKeys.BlobsFile.Option, SettingKeys.BlobsDirectory.Option,
        SettingKeys.Site.Option, SettingKeys.TlsAuthorityFile.Option,
    ];

    private static Command Verb<T>(string name, string description, IReadOnlyList<Option> options, Func<ParseResult, string, Action<BackupStep>, CancellationToken, Task<T>> run)
    {
        var command = new Command(name, description) { Folder };
        command.EndingWithParent();
        options.ToList().ForEach(command.Options.Add);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ParentWatch.Start(parsed.GetValue(ParentWatch.Option));
            var folder = parsed.GetRequiredValue(Folder);
            try
            {
                Print(new ToldWork<BackupStep, T>(Result: await run(parsed, folder, Tell<T>(), cancellationToken)));
                return ExitCodes.Success;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
            catch (IOException full) when (DiskFull.Is(full))
            {
                throw DiskFull.Refusal($"the backup in {folder} was not finished.");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new HermesException($"The backup in {folder} was not finished: {failure.Message}", folder);
            }
        });
        return command;
    }

    private static async Task<BackupReport> MakeAsync(ParseResult parsed, string folder, Action<BackupStep> tell, CancellationToken cancellationToken)
    {
        var place = PlatformPlace.Of(ToldSettings.Read(parsed));
        place.RequirePlatform();
        return await ExplainedAsync(place.Database, async () =>
        {
            var blobs = place.OpenBlobs();
            await BlobOwner.RequireOwnAsync(place.Database, blobs, cancellationToken);
            return await new BackupMaker(place.Database, blobs, BackupFolder.Make(folder), TimeProvider.System, tell).RunAsync(cancellationToken);
        });
    }

    private static Task<BackupCheckReport> CheckAsync(ParseResult parsed, string folder, Action<BackupStep> tell, CancellationToken cancellationToken) =>
        new BackupChecker(BackupFolder.Open(folder), tell).RunAsync(cancellationToken);

    private static async Task<RestoreReport> RestoreAsync(ParseResult parsed, string folder, Action<BackupStep> tell, CancellationToken cancellationToken)
    {
        var backup = BackupFolder.Open(folder);
        var snapshot = backup.Find(parsed.GetValue(Name));
        var place = PlatformPlace.Of(ToldSettings.Read(parsed));
        place.RequireSite(snapshot.ReadManifest().Site);
        using var taken = place.Take();
        return await ExplainedAsync(place.Database, async () =>
        {
            place.Database.Prepare();
            await new StoredRows(place.Database).RequireNoneAsync(cancellationToken);
            var blobs = place.OpenBlobs();
            await BlobOwner.RequireAsync(place.Database, blobs, parsed.GetValue(TakeBlobs), cancellationToken);
            await blobs.PrepareAsync(isShared: true, cancellationToken);
            return await new Restorer(backup, snapshot, place.Database, blobs, tell).RunAsync(cancellationToken);
        });
    }

    private static async Task<T> ExplainedAsync<T>(Database database, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException failure) when (database.Explain(failure) is { } told)
        {
            throw told;
        }
    }

    // The last word of a phase always, the others now and then.
    private static Action<BackupStep> Tell<T>()
    {
        var (clock, phase) = (new Stopwatch(), "");
        return step =>
        {
            if (step.Phase != phase || step.Done >= step.Total || clock.Elapsed > Often)
            {
                phase = step.Phase;
                clock.Restart();
                Print(new ToldWork<BackupStep, T>(Step: step));
            }
        };
    }

    private static void Print<T>(T line) => Console.WriteLine(JsonSerializer.Serialize(line, JsonSerializerOptions.Web));
}
