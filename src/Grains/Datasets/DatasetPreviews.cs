using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Previews;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Datasets;

/// <summary>Makes the previews of cases that are older than previews, or than how they are made today.</summary>
internal sealed class DatasetPreviews(string key, DatasetDeclaration declaration, IWorkerPool workers, ILogger log)
{
    // So many are seen while the others are made.
    private const int AtOnce = 16;

    // Those that a worker could not make; not tried again while this is in memory.
    private readonly HashSet<string> _hopeless = new(StringComparer.Ordinal);

    /// <summary>Whether a case lacks one that could be made.</summary>
    public bool IsLacking(CaseRecord one) => one.Facts.Preview?.Form != Preview.CurrentForm && !_hopeless.Contains(one.Facts.Image.Sha256);

    /// <summary>The cases of a page, of which some more have a preview; the same when all have that can have one.</summary>
    /// <exception cref="HermesException">The store is away.</exception>
    public async Task<IReadOnlyList<CaseRecord>> WithMoreAsync(IReadOnlyList<CaseRecord> cases, CancellationToken cancellationToken)
    {
        var lacking = new Queue<int>(Enumerable.Range(0, cases.Count).Where(n => IsLacking(cases[n])).Take(AtOnce));
        if (lacking.Count == 0)
        {
            return cases;
        }

        var made = cases.ToArray();
        await Task.WhenAll(Enumerable.Range(0, workers.WidthBeside).Select(_ => TakeAsync()));
        return made;

        async Task TakeAsync()
        {
            while (lacking.TryDequeue(out var index))
            {
                var one = made[index];
                if (await MakeAsync(one, cancellationToken) is { } preview)
                {
                    made[index] = one with { Facts = one.Facts with { Preview = preview } };
                }
                else
                {
                    _hopeless.Add(one.Facts.Image.Sha256);
                }
            }
        }
    }

    private async Task<Preview?> MakeAsync(CaseRecord one, CancellationToken cancellationToken)
    {
        var order = new PreviewOrder
        {
            OrderId = string.Create(CultureInfo.InvariantCulture, $"preview/{key}/{one.CaseId}/{Guid.NewGuid():N}"),
            TraceParent = Tracing.Parent,
            Image = one.Facts.Image,
            Label = one.Facts.Label,
            Modality = declaration.Modality,
            Labels = declaration.Labels,
        };
        try
        {
            await foreach (var message in workers.ExecuteBesideAsync(order, cancellationToken))
            {
                if (message.Preview is { } preview)
                {
                    return preview;
                }

                if (message.Failed is { } failure)
                {
                    log.LogWarning("There is no preview of case {Case} of {Dataset}: {Reason}", one.CaseId, key, failure.Message);
                    return failure.IsPassing ? throw failure.ToException() : null;
                }
            }
        }
        catch (WorkerLostException lost)
        {
            log.LogWarning("There is no preview of case {Case} of {Dataset}: {Loss}", one.CaseId, key, lost.Message);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }
}
