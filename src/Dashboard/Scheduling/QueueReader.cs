using Hermes.Dashboard.Platform;

namespace Hermes.Dashboard.Scheduling;

/// <inheritdoc cref="IQueueReader"/>
internal sealed class QueueReader(PlatformLink link) : IQueueReader
{
    public Task<QueueView> GetAsync(CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var questions = QuestionsUnderWay.ReadAsync(client, token);
            return new QueueView(await client.Queue.GetAsync(token), await questions);
        },
        cancellationToken);
}
