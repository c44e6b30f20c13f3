using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Dashboard.Platform;

/// <summary>Questions that wait for an answer: those that devices are at, each asked how far it is, then those that wait, the newest first.</summary>
/// <param name="Rows">Some of them.</param>
/// <param name="AtWork">How many workers are at.</param>
/// <param name="Waiting">How many wait for their turn.</param>
public sealed record QuestionsUnderWay(IReadOnlyList<WorkRow> Rows, int AtWork, int Waiting)
{
    // A device answers one after the other: as many devices as are asked about one by one.
    private const int Limit = 20;

    /// <summary>How many there are.</summary>
    public int Count => AtWork + Waiting;

    /// <summary>The devices that answer one of those that are told.</summary>
    public IEnumerable<string> Devices => Rows.Select(r => r.Device).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>Reads them.</summary>
    public static async Task<QuestionsUnderWay> ReadAsync(HermesClient client, CancellationToken cancellationToken)
    {
        var running = client.Segmentations.ListPageAsync(In(SegmentationState.Running), Limit, cancellationToken);
        var queued = client.Segmentations.ListPageAsync(In(SegmentationState.Queued), Limit, cancellationToken);
        var atWork = await Task.WhenAll(
            from question in (await running).Items
            let request = question.Request
            where request is not null
            select client.Segmentations.GetAsync(request.Key(), cancellationToken));
        return new QuestionsUnderWay([.. WorkRow.Of(atWork.Concat((await queued).Items))], (await running).Count, (await queued).Count);
    }

    private static CatalogFilter In(SegmentationState state) => new() { State = state.Word(), Order = CatalogOrder.Newest };
}
