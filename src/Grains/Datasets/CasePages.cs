using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Datasets;

/// <summary>
/// Pages of cases to find one in, of which those that were read last stay in memory: a list of pictures asks for each of its cases. What is learned from is read
/// anew each time, because a page may be lost.
/// </summary>
internal sealed class CasePages(IBlobStore blobs)
{
    private const int Kept = 4;

    private readonly List<(string Digest, IReadOnlyList<CaseRecord> Cases)> _read = [];

    /// <summary>A case among those of a version; null when it is none of them.</summary>
    public async Task<CaseStanding?> FindAsync(DatasetVersionHead version, string caseId, CancellationToken cancellationToken)
    {
        string? before = null;
        CaseStanding? found = null;
        for (var page = 0; page < version.Pages.Count; page++)
        {
            var cases = await GetAsync(version.Pages[page], cancellationToken);
            for (var n = 0; n < cases.Count; n++)
            {
                if (found is not null)
                {
                    return found with { Next = cases[n].CaseId };
                }

                if (cases[n].CaseId == caseId)
                {
                    found = new CaseStanding(cases[n], version.Version, (page * IDatasetGrain.PageSize) + n, before, null);
                }

                before = cases[n].CaseId;
            }
        }

        return found;
    }

    private async Task<IReadOnlyList<CaseRecord>> GetAsync(BlobRef page, CancellationToken cancellationToken)
    {
        if (_read.FirstOrDefault(p => p.Digest == page.Sha256).Cases is { } known)
        {
            return known;
        }

        var cases = await blobs.GetJsonAsync<List<CaseRecord>>(page, cancellationToken);
        _read.RemoveAll(p => p.Digest == page.Sha256);
        _read.Insert(0, (page.Sha256, cases));
        _read.RemoveRange(Math.Min(Kept, _read.Count), Math.Max(0, _read.Count - Kept));
        return cases;
    }
}
