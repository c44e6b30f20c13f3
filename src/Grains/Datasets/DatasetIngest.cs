using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Datasets;

/// <summary>Leads the cases of one add through the ingest workers and records every case as it is through.</summary>
internal sealed class DatasetIngest(
    string commandId, DatasetDeclaration declaration, IBlobStore blobs, IWorkerPool workers, ILogger log)
{
    private const int Attempts = 3;

    private int _page = -1;
    private List<CaseSource> _cases = [];

    /// <summary>Ingests what is not through yet.</summary>
    /// <param name="current">The add as it is now.</param>
    /// <param name="record">Stores the add after a case is through.</param>
    /// <param name="tell">Tells watchers how far it is, with a sentence if there is something to say.</param>
    /// <param name="cancellationToken">Ends early; what is under way is asked to stop and not recorded.</param>
    /// <exception cref="HermesException">A list of cases cannot be read; or, where that is passing, what the workers need is away: the cases that are left are for later.</exception>
    public async Task RunAsync(Func<DatasetAdd> current, Func<DatasetAdd, Task> record, Action<string?> tell, CancellationToken cancellationToken)
    {
        var pending = new Queue<int>(Pending(current()));
        await Task.WhenAll(Enumerable.Range(0, workers.WidthBeside).Select(_ => TakeAsync()));
        await CloseAsync();

        async Task TakeAsync()
        {
            while (pending.TryDequeue(out var index))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var offered = await OfferedAsync(current(), index, cancellationToken);
                var (facts, problems) = await IngestAsync(index, offered, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                await record(With(current(), new CaseOutcome(index, facts, problems)));
                await CloseAsync();
                tell(problems is [var problem, ..] ? problem.Message : facts is { Warnings: [var warning, ..] } ? warning : null);
            }
        }

        // A page whose cases are all through leaves the state for a blob.
        async Task CloseAsync()
        {
            for (var page = 0; page < current().Found.Count; page++)
            {
                var outcomes = current().Open.Where(o => o.Index / IDatasetGrain.PageSize == page).OrderBy(o => o.Index).ToList();
                if (outcomes.Count == current().CasesOf(page))
                {
                    var blob = await blobs.PutJsonAsync(outcomes, cancellationToken);
                    var add = current();
                    var found = add.Found.ToArray();
                    found[page] = blob;
                    await record(add with { Found = found, Open = [.. add.Open.Where(o => o.Index / IDatasetGrain.PageSize != page)] });
                }
            }
        }
    }

    private static IEnumerable<int> Pending(DatasetAdd add)
    {
        var open = add.Open.Select(o => o.Index).ToHashSet();
        return Enumerable.Range(0, add.Cases).Where(i => add.Found[i / IDatasetGrain.PageSize] is null && !open.Contains(i));
    }

    /// <summary>Why cases of an add that is through were refused, in the order of the case list.</summary>
    public static async Task<IReadOnlyList<Failure>> ProblemsAsync(IBlobStore blobs, DatasetAdd add, CancellationToken cancellationToken)
    {
        var problems = new List<Failure>();
        foreach (var page in add.Found)
        {
            problems.AddRange((await blobs.GetJsonAsync<List<CaseOutcome>>(page!, cancellationToken)).SelectMany(o => o.Problems ?? []));
        }

        return problems;
    }

    private static DatasetAdd With(DatasetAdd add, CaseOutcome outcome) => add with
    {
        Open = [.. add.Open, outcome],
        Done = add.Done + 1,
        Refused = add.Refused + (outcome.Facts is null ? 1 : 0),
    };

    private async Task<CaseSource> OfferedAsync(DatasetAdd add, int index, CancellationToken cancellationToken)
    {
        var page = index / IDatasetGrain.PageSize;
        var cases = page == _page ? _cases : await blobs.GetJsonAsync<List<CaseSource>>(add.Staged[page]!, cancellationToken);
        (_page, _cases) = (page, cases);
        return cases[index % IDatasetGrain.PageSize];
    }

    private async Task<(CaseFacts? Facts, IReadOnlyList<Failure>? Problems)> IngestAsync(int index, CaseSource offered, CancellationToken cancellationToken)
    {
        var missing = new List<Failure>();
        foreach (var (blob, file) in new[] { (offered.Image, offered.ImageFile), (offered.Label, offered.LabelFile) })
        {
            if (blob is not null && !await blobs.ExistsAsync(blob, cancellationToken))
            {
                missing.Add(new Failure($"{file}: the upload did not arrive.", file, "Repeat the command.", offered.CaseId));
            }
        }

        if (missing.Count > 0)
        {
            return (null, missing);
        }

        for (var attempt = 1; ; attempt++)
        {
            var order = new IngestOrder
            {
                OrderId = $"{commandId}/{index}/{attempt}",
                TraceParent = Tracing.Parent,
                Case = offered,
                Modality = declaration.Modality,
                Labels = declaration.Labels,
            };
            try
            {
                return await ExecuteAsync(order, cancellationToken);
            }
            catch (WorkerLostException lost) when (attempt < Attempts)
            {
                log.LogWarning("Case {Case}: {Loss}; attempt {Attempt} of {Attempts}", offered.CaseId, lost.Message, attempt, Attempts);
            }
            catch (WorkerLostException lost)
            {
                return (null, [new Failure(
                    $"{offered.ImageFile}: the {lost.Story} while it looked at this case, {Attempts} times.",
                    offered.ImageFile,
                    lost.Reason is null ? "The volume may be too large for the memory of this machine." : "Look into the platform's logs, then add it again.",
                    offered.CaseId)]);
            }
        }
    }

    private async Task<(CaseFacts? Facts, IReadOnlyList<Failure>? Problems)> ExecuteAsync(IngestOrder order, CancellationToken cancellationToken)
    {
        await foreach (var message in workers.ExecuteBesideAsync(order, cancellationToken))
        {
            if (message.Ingested is { } facts)
            {
                return (facts, null);
            }

            if (message.Failed is { IsPassing: true } away)
            {
                // Nothing is known of the case.
                throw away.ToException();
            }

            if (message.Failed is { } failure)
            {
                return (null, [.. message.FailedToo.Prepend(failure).Select(f => f with { CaseId = f.CaseId ?? order.Case.CaseId })]);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return (null, [new Failure($"{order.Case.ImageFile}: the worker ended the case without an answer.", order.Case.ImageFile, CaseId: order.Case.CaseId)]);
    }
}
