using System.Reflection;
using System.Text.Json;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Backup;

/// <summary>
/// Makes a snapshot of a platform, which may be at work: states, catalog, tokens and audit as they are at one moment, then the blobs that they refer to, which never change.
/// A blob that is gone when its turn comes was given up meanwhile, as old checkpoints are: another moment is tried then, and the blobs that are there already stay.
/// </summary>
internal sealed class BackupMaker(Database database, IBlobStore source, BackupFolder folder, TimeProvider clock, Action<BackupStep> tell)
{
    // A run that saves its progress all the time gives up old checkpoints as often; the rest of a snapshot is as good without one.
    private const int Moments = 10;

    // What was copied or compared a moment ago is not read once more.
    private readonly HashSet<string> _there = new(StringComparer.Ordinal);

    private int _copied;
    private long _copiedBytes;

    /// <exception cref="HermesException">Database, store or folder cannot be used; there is no snapshot then.</exception>
    public async Task<BackupReport> RunAsync(CancellationToken cancellationToken)
    {
        using var taken = folder.Take();
        await folder.Blobs.PrepareAsync(cancellationToken: cancellationToken);
        var lost = new HashSet<string>(StringComparer.Ordinal);
        for (var moment = 1; ; moment++)
        {
            var snapshot = folder.Begin();
            var manifest = await TakeAsync(snapshot, cancellationToken);
            // What was missing a moment ago and is still referred to was not given up.
            if (manifest.Missing.All(blob => lost.Contains(blob.Sha256)) || moment == Moments)
            {
                var finished = folder.End(snapshot, manifest);
                await folder.TidyAsync(cancellationToken);
                return new BackupReport(manifest.Summary(finished.Name), _copied, _copiedBytes);
            }

            lost = [.. manifest.Missing.Select(blob => blob.Sha256)];
        }
    }

    private async Task<Manifest> TakeAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var roots = new List<(string Owner, BlobRef Reference)>();
        var made = clock.GetUtcNow();
        tell(new BackupStep("read states", 0, 0));
        Seal stateSeal, catalogSeal, accessSeal, auditSeal;
        using (var states = new SealedLines.Writer(snapshot.StatesFile))
        using (var entries = new SealedLines.Writer(snapshot.CatalogFile))
        using (var tokens = new SealedLines.Writer(snapshot.AccessFile))
        using (var records = new SealedLines.Writer(snapshot.AuditFile))
        {
            await new StoredRows(database).ReadAsync(
                row =>
                {
                    states.Append(row);
                    roots.AddRange(ReferencedBlobs.Of(row.Type, row.State).Select(reference => (row.Owner, reference)));
                },
                entries.Append,
                tokens.Append,
                records.Append,
                cancellationToken);
            (stateSeal, catalogSeal, accessSeal, auditSeal) = (states.End(), entries.End(), tokens.End(), records.End());
        }

        var missing = new List<BlobProblem>();
        var found = new ReferencedBlobs(page => PageAsync(page, cancellationToken));
        foreach (var (owner, reference) in roots)
        {
            await found.AddAsync(owner, reference);
        }

        var all = found.Found.Values.OrderBy(owned => owned.Blob.Sha256, StringComparer.Ordinal).ToList();
        var (total, done) = (all.Sum(owned => owned.Blob.Length), 0L);
        using var list = new SealedLines.Writer(snapshot.BlobsFile);
        foreach (var owned in all)
        {
            tell(new BackupStep("copy blobs", done, total));
            if (await CopyAsync(owned.Blob, cancellationToken) is { } problem)
            {
                missing.Add(new BlobProblem(owned.Blob.Sha256, problem, [.. owned.Owners]));
            }
            else
            {
                list.Append(new BlobRow(owned.Blob, [.. owned.Owners]));
            }

            done += owned.Blob.Length;
        }

        tell(new BackupStep("copy blobs", done, total));
        return new Manifest
        {
            Form = Manifest.NewestForm,
            Version = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3),
            Made = made,
            Source = database.Description,
            Site = roots.Count > 0 ? roots[0].Reference.Site : source.Site,
            States = stateSeal,
            Catalog = catalogSeal,
            Access = accessSeal,
            Audit = auditSeal,
            Blobs = list.End(),
            BlobBytes = total - all.Where(owned => missing.Exists(m => m.Sha256 == owned.Blob.Sha256)).Sum(owned => owned.Blob.Length),
            Missing = missing,
        };
    }

    /// <summary>Copies a page and reads what it refers to; one that cannot be read is told when the blobs are copied.</summary>
    private async Task<IReadOnlyList<BlobRef>> PageAsync(BlobRef page, CancellationToken cancellationToken) => await CopyAsync(page, cancellationToken) is null
        ? [.. (await folder.Blobs.GetJsonAsync<JsonElement>(page, cancellationToken)).References()]
        : [];

    /// <summary>Copies a blob unless the folder has it; why it cannot be read, or null.</summary>
    private async Task<string?> CopyAsync(BlobRef blob, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_there.Contains(blob.Sha256))
        {
            return null;
        }

        try
        {
            if (!await folder.Blobs.ExistsAsync(blob, cancellationToken) || !await folder.Blobs.IsIntactAsync(blob, cancellationToken))
            {
                await using var content = await source.OpenAsync(blob, cancellationToken);
                await folder.Blobs.PutStreamAsync(blob, content, cancellationToken);
                (_copied, _copiedBytes) = (_copied + 1, _copiedBytes + blob.Length);
            }

            _there.Add(blob.Sha256);
            return null;
        }
        catch (Exception unreadable) when (BlobDamage.Is(unreadable))
        {
            if (await source.IsIntactAsync(blob, cancellationToken))
            {
                throw;
            }

            return unreadable.Message;
        }
    }
}
