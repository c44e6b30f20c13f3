using MudBlazor;

namespace Hermes.Dashboard.Components.Layout;

/// <summary>Colours and type: the system's own fonts, and contrasts of at least 4.5 to 1 in light and dark.</summary>
internal static class HermesTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b6477",
            Info = "#1a5fb4",
            Success = "#1b6e3c",
            Warning = "#8a5200",
            Error = "#b3261e",
            Background = "#f6f8f9",
            Surface = "#ffffff",
            DrawerBackground = "#ffffff",
            DrawerText = "#1b2529",
            DrawerIcon = "#51616a",
            TextPrimary = "#1b2529",
            TextSecondary = "#51616a",
            LinesDefault = "#dde4e7",
            TableLines = "#dde4e7",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#5cc6dc",
            Info = "#8ab8f5",
            Success = "#7fd49b",
            Warning = "#f2b75c",
            Error = "#f59c94",
            Background = "#12181b",
            Surface = "#1a2226",
            DrawerBackground = "#1a2226",
            DrawerText = "#e4ebee",
            DrawerIcon = "#a3b3bb",
            TextPrimary = "#e4ebee",
            TextSecondary = "#a3b3bb",
            LinesDefault = "#2e3a40",
            TableLines = "#2e3a40",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts },

            // Capitals are for the words of states.
            Button = new ButtonTypography { FontFamily = Fonts, TextTransform = "none" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
    };
}
