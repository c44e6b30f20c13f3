namespace Hermes.Dashboard.Components.Parts;

/// <summary>Where pages are.</summary>
internal static class Addresses
{
    public const string Datasets = "/datasets";

    public const string Runs = "/runs";

    public const string Compare = "/compare";

    public const string Priors = "/priors";

    public const string Segment = "/segment";

    public static string Dataset(string site, string name) => $"{Datasets}/{Uri.EscapeDataString(site)}/{Uri.EscapeDataString(name)}";

    /// <summary>A dataset by its key.</summary>
    public static string Dataset(string key) => key.Split('/') is [var site, var name] ? Dataset(site, name) : Datasets;

    public static string Run(string name) => $"{Runs}/{Uri.EscapeDataString(name)}";

    public static string Segmentation(string key) => $"{Segment}/{key}";
}
