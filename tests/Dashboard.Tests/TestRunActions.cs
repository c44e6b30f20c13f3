using Hermes.Dashboard.Runs;

namespace Hermes.Dashboard.Tests;

/// <summary>Writes down what is done to runs.</summary>
internal sealed class TestRunActions : IRunActions
{
    public List<string> Done { get; } = [];

    public Task CancelAsync(string name, CancellationToken cancellationToken) => DoAsync($"cancel {name}");

    public Task ResumeAsync(string name, CancellationToken cancellationToken) => DoAsync($"resume {name}");

    private Task DoAsync(string what)
    {
        Done.Add(what);
        return Task.CompletedTask;
    }
}
