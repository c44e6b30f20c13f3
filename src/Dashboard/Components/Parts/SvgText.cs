using System.Globalization;
using Hermes.Client.Figures;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>A text of a figure: in a Razor file the element of this name means something else.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>The text.</summary>
    [Parameter]
    [EditorRequired]
    public FigureText Text { get; set; } = null!;

    /// <summary>Whether what it names is looked at.</summary>
    [Parameter]
    public bool IsChosen { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", Text.X.ToString("0.##", CultureInfo.InvariantCulture));
        builder.AddAttribute(2, "y", Text.Y.ToString("0.##", CultureInfo.InvariantCulture));
        builder.AddAttribute(3, "text-anchor", Text.IsEnd ? "end" : null);
        builder.AddAttribute(4, "class", IsChosen ? "hermes-chosen" : Text.IsQuiet ? "hermes-dim" : null);
        builder.AddContent(5, Text.Text);
        builder.CloseElement();
    }
}
