using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Scheduling;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Dashboard.Tests;

/// <summary>A queue that a test has, or fails to have; writes down what is done to it.</summary>
internal sealed class TestQueue : IQueueReader, IQueueActions
{
    public Func<Task<QueueView>> View { get; set; } = () => Task.FromResult(new QueueView(new QueueStatus(), new QuestionsUnderWay([], 0, 0)));

    public List<string> Done { get; } = [];

    public Task<QueueView> GetAsync(CancellationToken cancellationToken) => View();

    public Task MoveAsync(string run, string? before, CancellationToken cancellationToken) => DoAsync($"move {run} before {before ?? "all"}");

    public Task HoldAsync(string run, CancellationToken cancellationToken) => DoAsync($"hold {run}");

    public Task ReleaseAsync(string run, CancellationToken cancellationToken) => DoAsync($"release {run}");

    private Task DoAsync(string what)
    {
        Done.Add(what);
        return Task.CompletedTask;
    }
}
