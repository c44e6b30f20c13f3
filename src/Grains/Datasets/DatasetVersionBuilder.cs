using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Datasets;

/// <summary>Turns a complete add into a dataset version: draws the splits and writes the pages.</summary>
internal sealed class DatasetVersionBuilder(IBlobStore blobs)
{
    public async Task<DatasetVersionHead> BuildAsync(
        DatasetRecord record, DatasetAdd add, IReadOnlyList<CaseSource> cases, CancellationToken cancellationToken)
    {
        var (drawn, drawnImages) = await DrawnAsync(record, cancellationToken);
        var splits = SplitRule.Draw(Convert.FromHexString(record.SplitKey!), drawn, drawnImages, cases);
        var counts = Enum.GetValues<Split>().ToDictionary(s => s, _ => 0);
        var structures = record.Declaration!.Labels.ToDictionary(l => l.Value, l => l.Structure);
        var volumes = record.Declaration.Labels.ToDictionary(l => l.Structure, _ => 0.0);
        var found = new HashSet<int>();
        var labelled = 0;
        var ofCases = new List<string>();
        var pages = new List<BlobRef>();
        foreach (var page in add.Found)
        {
            var outcomes = await blobs.GetJsonAsync<List<CaseOutcome>>(page!, cancellationToken);
            var records = outcomes.Select(o => RecordOf(cases[o.Index], splits[o.Index], o.Facts!)).ToList();
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

            pages.Add(await blobs.PutJsonAsync(records, cancellationToken));
        }

        List<string> warnings = [.. LabelCoverage.Missing(record.Declaration.Labels, found, labelled), .. ofCases];
        return new DatasetVersionHead
        {
            Version = record.Versions.Count + 1,
            Cases = cases.Count,
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

    // Splits of earlier versions stand for ever.
    private async Task<(Dictionary<string, Split> Patients, Dictionary<string, Split> Images)> DrawnAsync(
        DatasetRecord record, CancellationToken cancellationToken)
    {
        var patients = new Dictionary<string, Split>(StringComparer.Ordinal);
        var images = new Dictionary<string, Split>(StringComparer.Ordinal);
        foreach (var page in record.Versions.Count > 0 ? record.Versions[^1].Pages : [])
        {
            foreach (var known in await blobs.GetJsonAsync<List<CaseRecord>>(page, cancellationToken))
            {
                patients[known.Patient] = known.Split;
                images[known.SourceImageSha256] = known.Split;
            }
        }

        return (patients, images);
    }
}
