using Hermes.Dashboard.Platform;
using Microsoft.AspNetCore.Components;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>A part of a page that is drawn again when the board changes.</summary>
public abstract class BoardComponent : ComponentBase, IDisposable
{
    [Inject]
    private PlatformBoard Board { get; set; } = null!;

    private protected PlatformView View => Board.Current;

    /// <inheritdoc/>
    public void Dispose()
    {
        Board.Changed -= OnChanged;
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => Board.Changed += OnChanged;

    private void OnChanged() => _ = InvokeAsync(StateHasChanged);
}
