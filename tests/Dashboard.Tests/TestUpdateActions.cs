using Hermes.Dashboard.Updates;

namespace Hermes.Dashboard.Tests;

/// <summary>Writes down what is done to updates.</summary>
internal sealed class TestUpdateActions : IUpdateActions
{
    public List<string> Done { get; } = [];

    public Task CancelAsync(string name, CancellationToken cancellationToken) => DoAsync($"cancel {name}");

    public Task ResumeAsync(string name, CancellationToken cancellationToken) => DoAsync($"resume {name}");

    public Task PromoteAsync(string name, bool accept, CancellationToken cancellationToken) => DoAsync($"{(accept ? "accept and promote" : "promote")} {name}");

    private Task DoAsync(string what)
    {
        Done.Add(what);
        return Task.CompletedTask;
    }
}
