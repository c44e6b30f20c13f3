using System.Globalization;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>Where pages are.</summary>
internal static class Addresses
{
    public const string Datasets = "/datasets";

    public const string Runs = "/runs";

    public const string Compare = "/compare";

    public const string Models = "/models";

    public const string Updates = "/updates";

    public const string Grow = "/grow";

    public const string Priors = "/priors";

    public const string Segment = "/segment";

    public const string Answers = "/segment/answers";

    public const string Queue = "/queue";

    public const string Events = "/events";

    public const string Administration = "/admin";

    public const string Audit = "/admin/audit";

    public static string Dataset(string site, string name) => $"{Datasets}/{Uri.EscapeDataString(site)}/{Uri.EscapeDataString(name)}";

    /// <summary>A dataset by its key.</summary>
    public static string Dataset(string key) => key.Split('/') is [var site, var name] ? Dataset(site, name) : Datasets;

    /// <summary>A dataset in one of its versions.</summary>
    public static string Dataset(PinnedDataset dataset) => $"{Dataset(dataset.Dataset)}?version={dataset.Version}";

    /// <summary>A case of a dataset, which is told by its key; in the newest version when none is said.</summary>
    public static string Case(string dataset, string caseId, int? version = null) =>
        $"{Dataset(dataset)}/cases/{Uri.EscapeDataString(caseId)}{(version is { } number ? $"?version={number}" : "")}";

    /// <summary>The datasets whose label maps name a task.</summary>
    public static string DatasetsOf(string task) => $"{Datasets}?task={Uri.EscapeDataString(task)}";

    /// <summary>The runs that learn from a dataset, which is told by its key.</summary>
    public static string RunsOf(string dataset) => $"{Runs}?dataset={Uri.EscapeDataString(dataset)}";

    public static string Run(string name) => $"{Runs}/{Uri.EscapeDataString(name)}";

    /// <summary>The answers in which a volume takes part, which is told by its SHA-256.</summary>
    public static string AnswersOf(string sha256) => $"{Answers}?volume={sha256}";

    public static string Segmentation(string key) => $"{Segment}/{key}";

    public static string Model(string name, int? version = null) => $"{Models}/{Uri.EscapeDataString(name)}{(version is { } number ? $"?version={number}" : "")}";

    /// <summary>A version as texts name it, <c>NAME@VERSION</c>; null for a text that names none.</summary>
    public static string? Version(string text) => Parts(text) is var (name, version) ? Model(name, version) : null;

    public static string Update(string name) => $"{Updates}/{Uri.EscapeDataString(name)}";

    /// <summary>Where a model is grown by a dataset, which is told by its key.</summary>
    public static string GrowBy(string dataset, string model) => $"{GrowModel(model)}&dataset={Uri.EscapeDataString(dataset)}";

    /// <summary>Where a model is grown.</summary>
    public static string GrowModel(string model) => $"{Grow}?model={Uri.EscapeDataString(model)}";

    /// <summary>Where a study is, by its key, <c>NAME@VERSION</c>: at the priors that it is about.</summary>
    public static string Study(string key) =>
        Parts(key) is var (model, version) ? PriorsOf(model, version) : Priors;

    public static string PriorsOf(string model, int version) => $"{Priors}?model={Uri.EscapeDataString(model)}&version={version}";

    /// <summary>The silo that is looked at closely.</summary>
    public static string Silo(string name) => $"{Administration}?silo={Uri.EscapeDataString(name)}";

    // An identity has parts of its own.
    public static string Event(string id) => $"{Events}/{string.Join('/', id.Split('/').Select(Uri.EscapeDataString))}";

    private static (string Name, int Version)? Parts(string text) =>
        text.Split('@') is [var name, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? (name, version) : null;
}
