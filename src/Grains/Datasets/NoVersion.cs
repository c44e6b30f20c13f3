using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Datasets;

/// <summary>Why a dataset has nothing to learn from or to append to.</summary>
internal static class NoVersion
{
    /// <summary>The refusal to use a dataset that has no version.</summary>
    public static HermesException Of(string key, DatasetStatus status) => status.State switch
    {
        DatasetState.Withdrawn => new HermesException($"Dataset '{key}' was withdrawn; nothing may use it any more.", hint: "Leave it out.").With(Remedy.ListDatasets),
        DatasetState.Refused => new HermesException($"Dataset '{key}' was refused when it was added, so there is nothing to learn from.", hint: "Mend its files and add it again.")
            .With(Remedy.ShowRefusals, key),
        _ when status.State.IsUnderWay() => new HermesException(
            $"Dataset '{key}' is still being added ({status.Ingested} of {status.IngestTotal} cases).", hint: "Wait until the add has ended."),
        _ => new HermesException($"There is no dataset '{key}'.").With(Remedy.ListDatasets),
    };
}
