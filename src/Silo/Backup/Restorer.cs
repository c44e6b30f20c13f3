using System.Text.Json;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Owners;
using Hermes.Grains.Scheduling;
using Hermes.Grains.State;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Backup;

/// <summary>
/// Makes a platform that nothing has happened in what a snapshot shows: the blobs first, each compared with its digest, then all rows in one
/// transaction. One that breaks off has changed nothing but the blobs, and is repeated.
/// </summary>
internal sealed class Restorer(BackupFolder folder, Snapshot snapshot, Database database, IBlobStore blobs, Action<BackupStep> tell)
{
    /// <exception cref="HermesException">The platform is not empty, or the snapshot is not whole; nothing was restored then.</exception>
    public async Task<RestoreReport> RunAsync(CancellationToken cancellationToken)
    {
        await new StoredRows(database).RequireNoneAsync(cancellationToken);
        var manifest = snapshot.ReadManifest();
        RequireWhole(manifest);
        var (copied, copiedBytes, done) = (0, 0L, 0L);
        foreach (var row in SealedLines.Read<BlobRow>(snapshot.BlobsFile))
        {
            tell(new BackupStep("copy blobs", done, manifest.BlobBytes));
            if (await CopyAsync(row, cancellationToken))
            {
                (copied, copiedBytes) = (copied + 1, copiedBytes + row.Blob.Length);
            }

            done += row.Blob.Length;
        }

        tell(new BackupStep("write states", 0, 0));
        await new StoredRows(database).FillAsync(
            SealedLines.Read<StateRow>(snapshot.StatesFile).Select(row => Elsewhere(row, manifest.Made)),
            SealedLines.Read<CatalogEntry>(snapshot.CatalogFile),
            manifest.Access is null ? [] : SealedLines.Read<AccessEntry>(snapshot.AccessFile),
            manifest.Audit is null ? [] : SealedLines.Read<AuditRecord>(snapshot.AuditFile),
            cancellationToken);
        return new RestoreReport(manifest.Summary(snapshot.Name), database.Description, copied, copiedBytes);
    }

    private void RequireWhole(Manifest manifest)
    {
        if ((IReadOnlyList<string>)[.. snapshot.RowProblems(manifest), .. snapshot.ListProblems(manifest)] is [var first, ..] problems)
        {
            throw new HermesException(
                $"The snapshot {snapshot.Name} is damaged{(problems.Count > 1 ? $" in {problems.Count} places" : "")}: {first}", snapshot.StatesFile, "Restore another snapshot.");
        }

        foreach (var row in SealedLines.Read<StateRow>(snapshot.StatesFile))
        {
            StateJson.RequireKnown(row.State.TryGetProperty("format", out var format) ? format.GetInt32() : StateJson.Format);
        }
    }

    /// <summary>Copies a blob unless it is there already; whether it was copied.</summary>
    private async Task<bool> CopyAsync(BlobRow row, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var there = await blobs.RenewAsync(row.Blob, cancellationToken) && await blobs.IsIntactAsync(row.Blob, cancellationToken);
        if (there)
        {
            return false;
        }

        try
        {
            await using var content = await folder.Blobs.OpenAsync(row.Blob, cancellationToken);
            await blobs.PutStreamAsync(row.Blob, content, cancellationToken);
            return true;
        }
        catch (Exception failure) when (BlobDamage.Is(failure))
        {
            throw new HermesException($"{row.Describe()} cannot be restored. {failure.Message}", hint: "Restore another snapshot, or bring the blob back into the folder of the backup.");
        }
    }

    private static StateRow Elsewhere(StateRow row, DateTimeOffset made)
    {
        if (row.Type != SchedulerRecord.StateName)
        {
            return row;
        }

        var json = new StateJson();
        var stored = json.Deserialize<Versioned<SchedulerRecord>>(BinaryData.FromString(row.State.GetRawText()));
        using var moved = JsonDocument.Parse(json.Serialize(stored with { Value = stored.Value.Elsewhere(made) }));
        return row with { State = moved.RootElement.Clone() };
    }
}
