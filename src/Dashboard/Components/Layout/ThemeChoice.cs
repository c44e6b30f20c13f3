namespace Hermes.Dashboard.Components.Layout;

/// <summary>What somebody wants the pages to look like.</summary>
public enum ThemeChoice
{
    /// <summary>As the system says.</summary>
    System,

    /// <summary>Dark on light.</summary>
    Light,

    /// <summary>Light on dark.</summary>
    Dark,
}
