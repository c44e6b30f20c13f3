namespace Hermes.Dashboard.Components.Parts;

/// <summary>Where pages are.</summary>
internal static class Addresses
{
    public const string Datasets = "/datasets";

    public const string Runs = "/runs";

    public const string Priors = "/priors";

    public static string Dataset(string site, string name) => $"{Datasets}/{Uri.EscapeDataString(site)}/{Uri.EscapeDataString(name)}";
}
