using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Platform;

/// <summary>What events say, for people.</summary>
internal static class EventWords
{
    private const int Told = 3;

    /// <summary>The kinds of events there are, in order.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [.. typeof(IntegrationEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(kind => kind.DerivedType.Name).Order(StringComparer.Ordinal)];

    /// <summary>The event in a sentence; what could not be read says so.</summary>
    public static string Of(IntegrationEvent? told) => told switch
    {
        DatasetReady e => $"{Name(e.Dataset)} is ready with {Count(e.Cases, "case")} of {e.Modality} and {Count(e.Tasks.Count, "task")}{(e.Grow is { } model ? $"; {model} is to learn it" : "")}.",
        DatasetWithdrawn e => $"{e.Dataset} was withdrawn{(e.RetireTrunks ? ", and the versions whose trunk learned from it with it" : "")}.",
        TaskPriorsRequested e => $"{Some(e.Tasks)} of {e.Dataset} {Are(e.Tasks.Count)} to be registered{For(e.Update)}.",
        TaskPriorsRegistered e => $"{Some([.. e.Tasks.Select(t => t.Task)])} of {e.Dataset} {Are(e.Tasks.Count)} registered{For(e.Update)}.",
        UpdateRequested e => $"{e.Request.Model} is to learn {Some(e.Request.Datasets)}, as the update {e.Update}.",
        UpdateProgressed e => $"The update {e.Update} of {e.Model} is {e.State}{(e.Version is { } version ? Invariant($", in version {version}") : "")}{(e.Cause is { } cause ? $": {cause}" : ".")}",
        UpdateCertified { Certificate.NeedsAcceptance: true } e => $"The update {e.Update} is certified, with too few cases to say of every old task of {e.Model} what it lost.",
        UpdateCertified e => $"The update {e.Update} is proven to {Keep(e.Certificate, e.Model)}{(e.AutoPromote ? ", and becomes live" : "")}.",
        UpdateRejected e => $"The update {e.Update} is not proven to {Keep(e.Certificate, e.Model)}, and never becomes live.",
        RunCompleted e => $"The run {e.Run} learned {Some([.. e.Datasets.Select(Name)])} for {e.Model}.",
        ModelVersionPublished { Version: 0 } e => $"{e.Model} serves nothing any more.",
        ModelVersionPublished e => Invariant($"{e.Model} serves version {e.Version}{(e.Branches.Count > 0 ? $", with {Count(e.Branches.Count, "branch", "branches")}" : "")}."),
        null => "What came could not be read as an event.",
        _ => $"{told.GetType().Name} about {told.Subject}.",
    };

    private static string Name(PinnedDataset dataset) => Invariant($"{dataset.Dataset}@{dataset.Version}");

    // A new trunk answers otherwise, within limits; branches leave every bit as it was.
    private static string Keep(UpdateCertificate certificate, string model) =>
        certificate.NewTrunk is null ? $"leave old answers of {model} as they were" : $"keep the Dice of old tasks of {model} within its tolerance";

    private static string For(string? update) => update is null ? "" : $", for the update {update}";

    private static string Are(int count) => count == 1 ? "is" : "are";

    private static string Some(IReadOnlyList<string> names) =>
        names.Count > Told ? Invariant($"{string.Join(", ", names.Take(Told))} and {names.Count - Told} more") : string.Join(", ", names);

    private static string Count(int count, string one, string? many = null) => Invariant($"{count} {(count == 1 ? one : many ?? $"{one}s")}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
