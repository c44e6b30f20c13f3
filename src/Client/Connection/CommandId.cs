using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Client.Connection;

/// <summary>Identities of commands: the same words give the same command, so that saying them again continues it.</summary>
internal static class CommandId
{
    /// <summary>Starting a run.</summary>
    public static string OfRun(string name, RunRequest request) => Identity.Of(
    [
        "run/1", name, request.Model, Identity.Number(request.Seed), request.Steps is { } steps ? Identity.Number(steps) : null,
        request.Configuration is null ? request.Preset : null, request.Configuration, .. Identity.List([.. request.Datasets]),
        .. Priority(request.Priority), .. request.DeviceKind is { } kind ? new[] { "device", kind } : [], .. request.Site is { } site ? new[] { "site", site } : [],
        .. request.PaperFaithful ? new[] { "paper-faithful" } : [],
        .. request.BatchSize is { } batch ? new[] { "batch", Identity.Number(batch) } : [],
        .. request.MicroBatch is { } atOnce ? new[] { "micro-batch", Identity.Number(atOnce) } : [],
        .. request.Devices is { } devices ? new[] { "devices", Identity.Number(devices) } : [],
    ]);

    /// <summary>Creating an update.</summary>
    public static string OfUpdate(string name, UpdateRequest request) => Identity.Of(
    [
        "update/1", name, request.Model, request.Version, request.Policy.Word(), request.InitialTask, request.Steps is { } steps ? Identity.Number(steps) : null,
        Identity.Number(request.Seed), request.AutoPromote ? "promote" : "wait", .. Identity.List([.. request.Datasets]),
        .. request.MakesTrunk ? [request.Tolerance.ToString("R", CultureInfo.InvariantCulture)] : Array.Empty<string?>(),
        .. request.Baseline ? ["baseline"] : Array.Empty<string?>(),
        .. request.NearestPriors ? new[] { "nearest" } : [], .. request.AcceptConflicts ? new[] { "accept" } : [],
        .. request.Minutes is { } minutes ? ["minutes", minutes.ToString("R", CultureInfo.InvariantCulture)] : Array.Empty<string?>(),
        .. Priority(request.Priority),
    ]);

    /// <summary>Adding a dataset.</summary>
    public static string OfAdd(DatasetDeclaration declaration, IReadOnlyCollection<CaseSource> cases) => OfCases("add/1", declaration, cases);

    /// <summary>Appending cases to a dataset.</summary>
    public static string OfAppend(DatasetDeclaration declaration, IReadOnlyCollection<CaseSource> cases) => OfCases("append/1", declaration, cases);

    /// <summary>A command of its own, repeated only by this client.</summary>
    public static string New() => Guid.NewGuid().ToString("N");

    /// <summary>Whether something came of such a command, and not of a run or an update.</summary>
    public static bool IsNew(string id) => Guid.TryParseExact(id, "N", out _);

    // What was added to a request later changes no identity where it is not used.
    private static string?[] Priority(RunPriority priority) => priority == RunPriority.Normal ? [] : ["priority", priority.Word()];

    private static string OfCases(string verb, DatasetDeclaration declaration, IReadOnlyCollection<CaseSource> cases) => Identity.Of(
    [
        verb, declaration.Site, declaration.Name, declaration.Modality,
        .. Identity.List([.. declaration.Labels.Select(l => $"{l.Value} {l.Task} {l.Structure}")]),
        Identity.Number(cases.Count),
        .. cases.SelectMany(c => new[] { c.CaseId, c.Patient, c.Image.Sha256, c.Label?.Sha256, c.FixedSplit?.ToString() }),
    ]);
}
