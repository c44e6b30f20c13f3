using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Grains.Updates;

/// <summary>What others are told of an update.</summary>
internal static class UpdateAnnouncement
{
    /// <summary>The record together with the event that says where it stands now.</summary>
    public static UpdateRecord Announced(this UpdateRecord record, string update, DateTimeOffset now)
    {
        var id = $"update/{update}/{record.Moves}";
        var (actor, model) = ($"update {update}", record.Request!.Model);
        IntegrationEvent told = record.State switch
        {
            UpdateState.Certified => new UpdateCertified
            {
                EventId = id, At = now, Subject = update, Actor = actor, Update = update, Model = model, Datasets = record.Datasets, Certificate = record.Certificate!,
                AutoPromote = record.Request.AutoPromote && record.Cause is null,
            },
            UpdateState.Rejected => new UpdateRejected
            {
                EventId = id, At = now, Subject = update, Actor = actor, Update = update, Model = model, Datasets = record.Datasets, Certificate = record.Certificate!,
            },
            var state => new UpdateProgressed
            {
                EventId = id, At = now, Subject = update, Actor = actor, Update = update, Model = model, Datasets = record.Datasets, State = state.Word(),
                Version = record.PromotedVersion, Cause = record.Cause?.Message,
            },
        };
        return record with { Moves = record.Moves + 1, Outgoing = [.. record.Outgoing, told] };
    }

    /// <summary>What an update asks of the registry for a dataset.</summary>
    public static TaskPriorsRequested TasksOf(PinnedDataset dataset, DatasetDeclaration declaration, string update, DateTimeOffset now) => new()
    {
        EventId = $"update/{update}/tasks/{dataset.Dataset}@{dataset.Version}",
        At = now,
        Subject = $"{dataset.Dataset}@{dataset.Version}",
        Actor = $"update {update}",
        Dataset = dataset.Dataset,
        Tasks = [.. declaration.Labels.Select(l => l.Task)],
        Update = update,
        LabelSchema = LabelSchema.Of(declaration.Labels),
    };
}
