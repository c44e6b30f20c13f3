using Hermes.Dashboard.Updates;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Tests;

/// <summary>Writes down what is done to updates.</summary>
internal sealed class TestUpdateActions : IUpdateActions
{
    public List<string> Done { get; } = [];

    public List<UpdateRequest> Requests { get; } = [];

    public List<UpdatePreview> Seen { get; } = [];

    public Task AskAsync(UpdateRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return DoAsync("ask");
    }

    public async Task<string> CreateAsync(UpdateRequest request, UpdatePreview seen, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        Seen.Add(seen);
        await DoAsync("create");
        return "grown";
    }

    public Task CancelAsync(string name, CancellationToken cancellationToken) => DoAsync($"cancel {name}");

    public Task ResumeAsync(string name, CancellationToken cancellationToken) => DoAsync($"resume {name}");

    public Task PromoteAsync(string name, bool accept, CancellationToken cancellationToken) => DoAsync($"{(accept ? "accept and promote" : "promote")} {name}");

    public Func<UpdateRequest, Task<UpdatePreview>> Preview { get; set; } = _ => new TaskCompletionSource<UpdatePreview>().Task;

    public Task<UpdatePreview> PreviewAsync(UpdateRequest request, CancellationToken cancellationToken) => Preview(request);

    private Task DoAsync(string what)
    {
        Done.Add(what);
        return Task.CompletedTask;
    }
}
