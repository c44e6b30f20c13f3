using Hermes.Dashboard.Components.Parts;
using Hermes.Grains.Interfaces;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>A page of the dashboard, as <see cref="SharedDashboard"/> fills it.</summary>
/// <param name="Route">Where it is.</param>
/// <param name="Title">What the browser's tab says.</param>
/// <param name="Texts">What must be readable on it.</param>
/// <param name="Picture">The name of its picture in <c>docs/images</c>, if it has one.</param>
internal sealed record DashboardPage(string Route, string Title, string[] Texts, string? Picture = null)
{
    /// <summary>The canvas of a case: that of its planes or that of its space.</summary>
    public const string Canvas = "figure canvas:not([hidden])";

    /// <summary>The canvas of a case whose volumes are there.</summary>
    public const string DrawnCase = "figure:not([aria-busy]) canvas:not([hidden])";

    /// <summary>The place of the chart of the losses.</summary>
    public const string Loss = "[data-chart=Loss]";

    /// <summary>That chart once it has points.</summary>
    public const string Drawn = $"{Loss}[data-points]:not([data-points='0']) canvas";

    /// <summary>Whether the picture is taken in the dark, too: <c>PICTURE-dark.png</c>.</summary>
    public bool AlsoDark { get; init; }

    /// <summary>What is there when the page is complete, where that takes longer than its texts.</summary>
    public string? Complete { get; init; }

    /// <summary>Every page, to be looked at by <see cref="PagesTests"/>. Whoever adds a page adds it here.</summary>
    public static IReadOnlyList<DashboardPage> All { get; } =
    [
        new("", "Overview · Hermes", ["Live", SharedDashboard.Ct, SharedDashboard.T1, "READY", "COMPLETED", "CANCELLED", "What waits for you", "cannot begin", "Latest events"], "overview") { AlsoDark = true },
        new(CaseOf(SharedDashboard.Ct, SharedDashboard.CtCase), $"{SharedDashboard.CtCase} · {SharedDashboard.Ct} · Hermes", ["Three planes", "Soft tissue", "Lung", "liver"], "case") { Complete = DrawnCase },
        new(CaseOf(SharedDashboard.T1, SharedDashboard.T1Case), $"{SharedDashboard.T1Case} · {SharedDashboard.T1} · Hermes", ["Three planes", "thalamus"]) { Complete = DrawnCase },
        new("datasets", "Datasets · Hermes", [SharedDashboard.Ct, SharedDashboard.T1, "READY"]),
        new($"datasets/{Names.DefaultSite}/{SharedDashboard.Ct}", $"{SharedDashboard.Ct} · Hermes", ["liver", SharedDashboard.CtCase]),
        new($"datasets/{Names.DefaultSite}/{SharedDashboard.T1}", $"{SharedDashboard.T1} · Hermes", ["The last append was refused", "expected a NIfTI-1 header"]),
        new("runs", "Runs · Hermes", [SharedDashboard.Completed, "CANCELLED"]),
        new($"runs/{SharedDashboard.Completed}", $"{SharedDashboard.Completed} · Hermes", ["Loss", "Time of a step (s)", "Dice per task", "Worst cases", "Checkpoints"]) { Complete = Drawn },
        new($"compare?run={SharedDashboard.Completed}&run={SharedDashboard.Cancelled}", "Compare · Hermes", ["Loss", "Where they differ"]) { Complete = Drawn },
        new("segment", "Segment · Hermes", ["Model and tasks", "abdomen/liver", "at most 4 GiB"]),
        new($"segment/{SharedDashboard.Answer}", $"{SharedDashboard.T1Case} · Hermes", ["COMPLETED", "What was found", "brain/thalamus", "In the reference (ml)", "Where they agree", "Download the label map"]) { Complete = DrawnCase },
        new("segment/answers", "Answers · Hermes", [SharedDashboard.T1Case, "COMPLETED", Names.DefaultModel]),
        new("models", "Models · Hermes", [Names.DefaultModel, "hermes-r"]),
        new($"models/{Names.DefaultModel}", $"{Names.DefaultModel} · Hermes", ["Lineage", "Version 2", "not a bit moved", "Roll back", SharedDashboard.Update]) { Complete = "svg.hermes-figure" },
        new($"models/{Names.DefaultModel}?version=1", $"{Names.DefaultModel} · Hermes", ["Version 1", "Make it live and drop nodes"]) { Complete = "svg.hermes-figure" },
        new($"grow?dataset={Names.DefaultSite}/{SharedDashboard.Grown}&policy=full", "Grow a model · Hermes", ["What it is to learn", "abdomen/liver", "Recommended policy", "Begin"]),
        new("updates", "Updates · Hermes", [SharedDashboard.Update, "PROMOTED", SharedDashboard.Halted]),
        new($"updates/{SharedDashboard.Update}", $"{SharedDashboard.Update} · Hermes", ["It is PROMOTED", "What it learns", "not a bit moved"]) { Complete = "svg.hermes-course" },
        new($"updates/{SharedDashboard.Halted}", $"{SharedDashboard.Halted} · Hermes", ["It is CANCELLED", "Resume"]) { Complete = "svg.hermes-course" },
        new("priors", "Priors · Hermes", ["How alike", "Where they lie", "Nearest neighbours", "abdomen/liver"], "priors") { Complete = "section[aria-labelledby=map] svg.hermes-figure" },
        new("priors?of=posterior&colour=dice&task=abdomen/liver", "Priors · Hermes", ["How alike", "Body region", "of the validation of", SharedDashboard.CtCase]),
        new("priors?of=modalities&view=stage 2&task=ct", "Priors · Hermes", ["All others, the most alike first", "t1"]),
        new("queue", "Queue · Hermes", ["silo/cpu", "FREE", SharedDashboard.Waiting, "no silo has declared one"]),
        new($"queue?change={SharedDashboard.Waiting}", "Queue · Hermes", ["Move", "Hold"]),
        new("events", "Events · Hermes", ["DatasetReady", "RunCompleted", "FAILED", "DELIVERED"]),
        new($"events?kind=DatasetReady&about={SharedDashboard.T1}", "Events · Hermes", [$"dataset local/{SharedDashboard.T1}", "1–1 of 1"]),
        new($"events/{SharedDashboard.FailedEvent}", $"{SharedDashboard.FailedEvent} · Hermes", ["GrowModels", "Retry", "\"grow\": \"later\""]),
        new("admin", "Administration · Hermes", ["silo", "database", "HEALTHY", "./hermes backup", "in the option --threads", SharedDashboard.Somebody, "Make a token"]),
        new("admin/audit?kind=access", "Audit · Hermes", [SharedDashboard.Somebody, "create", "DONE"]),
        new("not-found", "Not found · Hermes", ["There is no such page"]),
    ];

    /// <summary>The file names of all pictures.</summary>
    public static IEnumerable<string> Pictures => All.SelectMany(page => page.PictureNames());

    private static string CaseOf(string dataset, string caseId) => Addresses.Case(Names.DatasetKey(Names.DefaultSite, dataset), caseId)[1..];

    private IEnumerable<string> PictureNames() => Picture is null ? [] : AlsoDark ? [$"{Picture}.png", $"{Picture}-dark.png"] : [$"{Picture}.png"];
}
