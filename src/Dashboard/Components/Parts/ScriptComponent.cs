using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>A part that a script of its own draws or moves: the script's <c>open</c> makes an object, which is told things and, at the end, to <c>close</c>.</summary>
/// <typeparam name="TSelf">The part, which the script calls.</typeparam>
public abstract class ScriptComponent<TSelf> : ComponentBase, IAsyncDisposable
    where TSelf : ScriptComponent<TSelf>
{
    private IJSObjectReference? _module;
    private DotNetObjectReference<TSelf>? _self;

    /// <summary>What the script made; null before, and once the part is gone.</summary>
    protected IJSObjectReference? Opened { get; private set; }

    [Inject]
    private IJSRuntime Scripts { get; set; } = null!;

    private bool IsGone { get; set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        IsGone = true;
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Has the script make its object, however long that takes; a part that goes meanwhile leaves nothing behind.</summary>
    /// <param name="file">The script.</param>
    /// <param name="arguments">What its <c>open</c> is given, this part among it.</param>
    protected async Task OpenAsync(string file, Func<DotNetObjectReference<TSelf>, object?[]> arguments)
    {
        try
        {
            _module = await Scripts.InvokeAsync<IJSObjectReference>("import", $"./{Assets[file]}");
            if (!IsGone)
            {
                _self = DotNetObjectReference.Create((TSelf)this);
                Opened = await _module.InvokeAsync<IJSObjectReference>("open", Timeout.InfiniteTimeSpan, arguments(_self));
            }
        }
        finally
        {
            if (IsGone)
            {
                await CloseAsync();
            }
        }
    }

    private async Task CloseAsync()
    {
        var (opened, module, self) = (Opened, _module, _self);
        (Opened, _module, _self) = (null, null, null);
        try
        {
            if (opened is not null)
            {
                await opened.InvokeVoidAsync("close");
                await opened.DisposeAsync();
            }

            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone, and what it showed with it.
        }

        self?.Dispose();
    }
}
