using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Datasets;

/// <summary>Turns a complete add or append into a dataset version: draws the splits and writes the pages.</summary>
internal sealed class DatasetVersionBuilder(IBlobStore blobs)
{
    /// <summary>Refuses a case list, or a part of it, of which no version can be made, whatever its files hold.</summary>
    public async Task CheckAsync(DatasetRecord record, IReadOnlyList<CaseSource> cases, CancellationToken cancellationToken)
    {
        var known = await KnownAsync(record, cancellationToken);
        DeclarationRules.RequireDistinct(cases);
        AppendRules.RequireNew(record.Declaration!.Name, record.Add!.Cases, cases, known);
        var (patients, images) = DrawnOf(known);
        SplitRule.Require(patients, images, cases);
    }

    /// <summary>The version after the newest: all of its cases, then those of the add. Full pages come out as they were, and are the same blobs.</summary>
    public async Task<DatasetVersionHead> BuildAsync(
        DatasetRecord record, DatasetAdd add, IReadOnlyList<CaseSource> cases, CancellationToken cancellationToken)
    {
        var records = await KnownAsync(record, cancellationToken);
        var (patients, images) = DrawnOf(records);
        var splits = SplitRule.Draw(Convert.FromHexString(record.SplitKey!), patients, images, cases);
        foreach (var page in add.Found)
        {
            var outcomes = await blobs.GetJsonAsync<List<CaseOutcome>>(page!, cancellationToken);
            records.AddRange(outcomes.Select(o => RecordOf(cases[o.Index], splits[o.Index], o.Facts!)));
        }

        var counts = Enum.GetValues<Split>().ToDictionary(s => s, _ => 0);
        var structures = record.Declaration!.Labels.ToDictionary(l => l.Value, l => l.Structure);
        var volumes = record.Declaration.Labels.ToDictionary(l => l.Structure, _ => 0.0);
        var found = new HashSet<int>();
        var labelled = 0;
        var ofCases = new List<string>();
        foreach (var one in records)
        {
            counts[one.Split]++;
            labelled += one.Facts.Label is null ? 0 : 1;
            ofCases.AddRange(one.Facts.Warnings);
            found.UnionWith(one.Facts.LabelVolumesMl.Keys);
            foreach (var (value, ml) in one.Facts.LabelVolumesMl)
            {
                volumes[structures[value]] += ml;
            }
        }

        var pages = new List<BlobRef>();
        foreach (var page in records.Chunk(IDatasetGrain.PageSize))
        {
            pages.Add(await blobs.PutJsonAsync(page, cancellationToken));
        }

        List<string> warnings = [.. LabelCoverage.Missing(record.Declaration.Labels, found, labelled), .. ofCases];
        return new DatasetVersionHead
        {
            Version = record.Versions.Count + 1,
            Cases = records.Count,
            CasesPerSplit = counts,
            VolumesMl = volumes,
            Warnings = [.. warnings.Take(DatasetStatus.Told)],
            WarningCount = warnings.Count,
            Pages = pages,
        };
    }

    private static CaseRecord RecordOf(CaseSource offered, Split split, CaseFacts facts) => new()
    {
        CaseId = offered.CaseId,
        Patient = offered.Patient,
        Split = split,
        SourceImageSha256 = offered.Image.Sha256,
        SourceLabelSha256 = offered.Label?.Sha256,
        Facts = facts,
    };

    private async Task<List<CaseRecord>> KnownAsync(DatasetRecord record, CancellationToken cancellationToken)
    {
        var known = new List<CaseRecord>();
        foreach (var page in record.Versions.Count > 0 ? record.Versions[^1].Pages : [])
        {
            known.AddRange(await blobs.GetJsonAsync<List<CaseRecord>>(page, cancellationToken));
        }

        return known;
    }

    // Splits of earlier versions stand for ever.
    private static (Dictionary<string, Split> Patients, Dictionary<string, Split> Images) DrawnOf(IReadOnlyList<CaseRecord> known)
    {
        var patients = new Dictionary<string, Split>(StringComparer.Ordinal);
        var images = new Dictionary<string, Split>(StringComparer.Ordinal);
        foreach (var one in known)
        {
            patients[one.Patient] = one.Split;
            images[one.SourceImageSha256] = one.Split;
        }

        return (patients, images);
    }
}
