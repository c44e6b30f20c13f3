using System.Text.Json;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Backup;

/// <summary>A snapshot: a folder with states, catalog, tokens, audit, the list of the blobs, and a manifest that knows all of them by their digests.</summary>
internal sealed class Snapshot(string folder)
{
    private static readonly JsonSerializerOptions Json = new(WorkOrderJson.Options) { WriteIndented = true };

    public string Name { get; } = Path.GetFileName(folder);

    public string StatesFile { get; } = Path.Combine(folder, "states.jsonl");

    public string CatalogFile { get; } = Path.Combine(folder, "catalog.jsonl");

    public string AccessFile { get; } = Path.Combine(folder, "access.jsonl");

    public string AuditFile { get; } = Path.Combine(folder, "audit.jsonl");

    public string BlobsFile { get; } = Path.Combine(folder, "blobs.jsonl");

    private string ManifestFile { get; } = Path.Combine(folder, "manifest.json");

    /// <exception cref="HermesException">It cannot be read, or a newer program made it.</exception>
    public Manifest ReadManifest()
    {
        try
        {
            var json = File.ReadAllBytes(ManifestFile);
            var form = JsonSerializer.Deserialize<Formed>(json, Json)!.Form;
            return form <= Manifest.NewestForm ? JsonSerializer.Deserialize<Manifest>(json, Json)! : throw new HermesException(
                $"The snapshot {Name} was made by a newer version of the platform: it has the form {form}, and this one knows forms up to {Manifest.NewestForm}.",
                ManifestFile,
                "Restore it with the newer version.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new HermesException($"The manifest of the snapshot {Name} cannot be read: {unreadable.Message}", ManifestFile);
        }
    }

    /// <summary>Writes the manifest and brings all of the snapshot to the disk.</summary>
    public void Seal(Manifest manifest)
    {
        using (var file = new FileStream(ManifestFile, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, manifest, Json);
            file.Flush(flushToDisk: true);
        }

        DirectorySync.Flush(folder);
    }

    /// <summary>What is wrong with its rows; empty when they are what was written.</summary>
    public IReadOnlyList<string> RowProblems(Manifest manifest) =>
    [
        .. SealedLines.Problems<StateRow>(StatesFile, manifest.States, row => $"The state of {row.Owner}"),
        .. SealedLines.Problems<CatalogEntry>(CatalogFile, manifest.Catalog, row => $"The row of {row.Kind} {row.Key} in the catalog"),
        .. manifest.Access is { } access ? SealedLines.Problems<AccessEntry>(AccessFile, access, row => $"The token of {row.Name}") : [],
        .. manifest.Audit is { } audit ? SealedLines.Problems<AuditRecord>(AuditFile, audit, row => $"The record {row.Number} of the audit") : [],
    ];

    /// <summary>What is wrong with its list of blobs; empty when it is what was written.</summary>
    public IReadOnlyList<string> ListProblems(Manifest manifest) =>
        SealedLines.Problems<BlobRow>(BlobsFile, manifest.Blobs, row => $"The reference to the blob {row.Blob.Sha256}");

    private sealed record Formed(int Form);
}
