using Hermes.Dashboard.Platform;
using Microsoft.AspNetCore.Components;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>A part of a page that is drawn again when the board changes.</summary>
public abstract class BoardComponent : ComponentBase, IDisposable
{
    [Inject]
    private protected PlatformBoard Board { get; set; } = null!;

    private protected PlatformView View => Board.Current;

    /// <inheritdoc/>
    public void Dispose()
    {
        Board.Changed -= OnChanged;
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what a page holds.</summary>
    /// <param name="disposing">Whether it is closed.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => Board.Changed += OnChanged;

    /// <summary>Draws it again, and reads what has to be read for that.</summary>
    private protected virtual Task BoardChangedAsync()
    {
        StateHasChanged();
        return Task.CompletedTask;
    }

    private void OnChanged() => _ = InvokeAsync(BoardChangedAsync);
}
