using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.WorkOrders;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Seams;

/// <summary>What one order to a worker beside the devices comes to, for an owner: asked again when the worker is lost.</summary>
internal static class BesideWork
{
    private const int Attempts = 3;

    /// <summary>Has an order executed until it is answered.</summary>
    /// <param name="workers">The workers.</param>
    /// <param name="order">The order; every attempt has its own identity.</param>
    /// <param name="answer">What of a message is the answer; null where it is none.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="doing">What the worker did, after "while it", for whoever is told that it was lost.</param>
    /// <param name="file">The user's file concerned, if any.</param>
    /// <param name="log">Where lost workers are noted.</param>
    /// <param name="cancellationToken">Asks the worker to stop.</param>
    /// <exception cref="HermesException">The worker refused it, or was lost every time.</exception>
    public static async Task<T> AnswerBesideAsync<T>(
        this IWorkerPool workers, WorkOrder order, Func<WorkerMessage, T?> answer, Action<WorkerProgress> progress, string doing, string? file, ILogger log,
        CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(attempt);
            }
            catch (WorkerLostException lost) when (attempt < Attempts)
            {
                log.LogWarning("{Order}: {Loss}; attempt {Attempt} of {Attempts}", order.OrderId, lost.Message, attempt, Attempts);
            }
            catch (WorkerLostException lost)
            {
                throw new HermesException($"The {lost.Story} while it {doing}, {Attempts} times.", file, "Look into the platform's logs, then ask again.");
            }
        }

        async Task<T> OnceAsync(int attempt)
        {
            var named = order with { OrderId = string.Create(CultureInfo.InvariantCulture, $"{order.OrderId}/{attempt}") };
            await foreach (var message in workers.ExecuteBesideAsync(named, cancellationToken))
            {
                if (answer(message) is { } found)
                {
                    return found;
                }

                if (message.Failed is { } failure)
                {
                    throw failure.ToException();
                }

                if (message.Progress is { } done)
                {
                    progress(done);
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw new HermesException($"The worker ended while it {doing}.", file, "Ask again.");
        }
    }
}
