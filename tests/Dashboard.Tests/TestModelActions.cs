using Hermes.Dashboard.Models;

namespace Hermes.Dashboard.Tests;

/// <summary>Writes down what is done to models.</summary>
internal sealed class TestModelActions : IModelActions
{
    public List<string> Done { get; } = [];

    public Task MakeLiveAsync(string name, int version, IReadOnlyList<string> drop, CancellationToken cancellationToken) =>
        DoAsync($"make {name}@{version} live, dropping {string.Join(", ", drop)}");

    public Task RollbackAsync(string name, string promotion, CancellationToken cancellationToken) => DoAsync($"roll {promotion} of {name} back");

    private Task DoAsync(string what)
    {
        Done.Add(what);
        return Task.CompletedTask;
    }
}
