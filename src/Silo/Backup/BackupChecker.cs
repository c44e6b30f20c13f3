using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Silo.Backup;

/// <summary>Compares everything in a backup folder with its digest. Changes nothing.</summary>
internal sealed class BackupChecker(BackupFolder folder, Action<BackupStep> tell)
{
    public async Task<BackupCheckReport> RunAsync(CancellationToken cancellationToken)
    {
        var problems = new List<BackupProblem>();
        var snapshots = new List<SnapshotSummary>();
        var blobs = new SortedDictionary<string, (BlobRow Row, List<string> Snapshots)>(StringComparer.Ordinal);
        foreach (var snapshot in folder.All())
        {
            try
            {
                var manifest = snapshot.ReadManifest();
                snapshots.Add(manifest.Summary(snapshot.Name));
                var unlisted = snapshot.ListProblems(manifest);
                problems.AddRange(snapshot.RowProblems(manifest).Concat(unlisted).Select(sentence => new BackupProblem(snapshot.Name, sentence)));
                foreach (var row in unlisted.Count == 0 ? SealedLines.Read<BlobRow>(snapshot.BlobsFile) : [])
                {
                    blobs.TryAdd(row.Blob.Sha256, (row, []));
                    blobs[row.Blob.Sha256].Snapshots.Add(snapshot.Name);
                }
            }
            catch (HermesException unreadable)
            {
                problems.Add(new BackupProblem(snapshot.Name, unreadable.Message));
            }
        }

        var (total, done) = (blobs.Values.Sum(b => b.Row.Blob.Length), 0L);
        foreach (var (row, of) in blobs.Values)
        {
            tell(new BackupStep("compare blobs", done, total));
            try
            {
                await folder.Blobs.VerifyAsync(row.Blob, cancellationToken);
            }
            catch (HermesException damaged) when (BlobDamage.Is(damaged))
            {
                problems.AddRange(of.Select(name => new BackupProblem(name, $"{row.Describe()} cannot be used. {damaged.Message}")));
            }

            done += row.Blob.Length;
        }

        tell(new BackupStep("compare blobs", done, total));
        return new BackupCheckReport(snapshots, blobs.Count, total, problems);
    }
}
