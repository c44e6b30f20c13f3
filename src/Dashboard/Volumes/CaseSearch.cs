using Hermes.Client;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Volumes;

/// <summary>A case among those of its dataset version.</summary>
/// <param name="Record">The case.</param>
/// <param name="Dataset">What its dataset was declared as.</param>
/// <param name="Version">The dataset version.</param>
/// <param name="Previous">The case before it, if there is one.</param>
/// <param name="Next">The case after it, if there is one.</param>
public sealed record FoundCase(CaseRecord Record, DatasetDeclaration Dataset, int Version, string? Previous, string? Next);

/// <summary>Finds a case by its name.</summary>
internal static class CaseSearch
{
    /// <summary>The case and its neighbours; null where there is no such case, version or dataset, or the dataset was withdrawn.</summary>
    /// <param name="client">The platform.</param>
    /// <param name="key">The dataset's key.</param>
    /// <param name="version">The dataset version; null for the newest.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<FoundCase?> FindAsync(HermesClient client, string key, int? version, string caseId, CancellationToken cancellationToken)
    {
        var status = await client.Datasets.GetAsync(key, cancellationToken);
        var number = version ?? status.Version;
        if (status.State == DatasetState.Withdrawn || status.Declaration is null || number < 1 || number > status.Version)
        {
            return null;
        }

        CaseRecord? before = null, found = null;
        await foreach (var one in client.Datasets.GetCasesAsync(key, number, cancellationToken))
        {
            if (found is not null)
            {
                return Found(one);
            }

            if (one.CaseId == caseId)
            {
                found = one;
            }
            else
            {
                before = one;
            }
        }

        return found is null ? null : Found(null);

        FoundCase Found(CaseRecord? next) => new(found, status.Declaration, number, before?.CaseId, next?.CaseId);
    }
}
