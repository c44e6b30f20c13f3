using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Models;

/// <inheritdoc cref="IModelGrain"/>
public sealed class ModelGrain(
    [PersistentState("model", "hermes")] IPersistentState<Versioned<ModelRecord>> storage,
    OwnerServices services) : OwnerGrain<ModelRecord, ModelState>(CatalogKinds.Model, Machine, storage, services), IModelGrain
{
    internal static readonly StateMachine<ModelState> Machine = new((ModelState.Absent, [ModelState.Ready]));

    /// <inheritdoc/>
    public async Task<ModelVersion> PublishAsync(string run, ModelVersionContent content, IReadOnlyList<PinnedDataset> datasets, CancellationToken cancellationToken)
    {
        var record = Record;
        if (record.Versions.FirstOrDefault(v => v.Run == run) is { } known)
        {
            return known;
        }

        var version = NewVersion(record, content, run, datasets);
        var live = Live(record);
        var isServed = live is null || live.Content.Branches.All(b => content.PromptGroups.Any(g => g.Name == b.Group.Name));
        record = record with { Versions = [.. record.Versions, version] };
        await ChangeAsync(isServed
            ? Promoted(record, version, new Promotion { Id = run, Kind = PromotionKind.Trunk, From = live?.Version ?? 0, To = version.Version, At = Now })
            : WithAlias(record, IModelGrain.CandidateAlias, version));
        return version;
    }

    /// <inheritdoc/>
    public async Task<ModelVersion> PromoteAsync(string id, IReadOnlyList<ModelBranch> branches, CancellationToken cancellationToken)
    {
        if (Done(PromotionKind.Branches, id) is { } done)
        {
            return done;
        }

        var live = RequireLive();
        foreach (var branch in branches)
        {
            if (branch.Trunk != live.Content.Package.Sha256)
            {
                throw new HermesException(
                    $"The branch of '{branch.Group.Name}' was learned on another trunk than that of {Key}@{live.Version}, which is live since.",
                    hint: "Learn it anew on what is live.");
            }

            if (live.Content.PromptGroups.Any(g => g.Name == branch.Group.Name))
            {
                throw new HermesException($"The trunk of {Key}@{live.Version} was trained with the prompt group '{branch.Group.Name}' already.", hint: "Give the dataset another name.");
            }
        }

        List<ModelBranch> replaced = [.. live.Content.Branches.Where(old => branches.Any(b => b.Group.Name == old.Group.Name))];
        return await ServeAsync(id, PromotionKind.Branches, live, added: branches, removed: replaced);
    }

    /// <inheritdoc/>
    public async Task<ModelVersion> PromoteTrunkAsync(
        string id, string run, ModelVersionContent content, IReadOnlyList<PinnedDataset> datasets, string parent, CancellationToken cancellationToken)
    {
        // A run and an update may have the same name.
        if (Record.Promotions.FirstOrDefault(p => p.Kind == PromotionKind.Trunk && p.Id == id && Record.Versions[p.To - 1].Run == run) is { } done)
        {
            return Record.Versions[done.To - 1];
        }

        var live = RequireLive();
        if (live.Content.Package.Sha256 != parent)
        {
            throw new HermesException($"The new trunk learned on from another than that of {Key}@{live.Version}, which is live since.", hint: "Learn it anew on what is live.");
        }

        var served = content.Groups().Select(g => g.Name).ToHashSet(StringComparer.Ordinal);
        if (live.Content.Groups().FirstOrDefault(g => !served.Contains(g.Name)) is { } vanishing)
        {
            throw new HermesException($"The prompt group '{vanishing.Name}', which {Key}@{live.Version} serves, would vanish.", hint: "Learn it on the new trunk first.");
        }

        var digest = content.Digest();
        return await ServeAsync(
            id, PromotionKind.Trunk, live, Record.Versions.FirstOrDefault(v => v.Content.Digest() == digest) ?? NewVersion(Record, content, run, datasets), undoes: null);
    }

    /// <inheritdoc/>
    public async Task<ModelVersion> WithdrawAsync(string commandId, string dataset, CancellationToken cancellationToken)
    {
        if (Done(PromotionKind.Withdrawal, commandId) is { } done)
        {
            return done;
        }

        var live = RequireLive();
        List<ModelBranch> gone = [.. live.Content.Branches.Where(b => b.Dataset.Dataset == dataset)];
        return gone.Count == 0 ? live : await ServeAsync(commandId, PromotionKind.Withdrawal, live, added: [], removed: gone);
    }

    /// <inheritdoc/>
    public async Task<ModelVersion> RollbackAsync(string commandId, string? id, CancellationToken cancellationToken)
    {
        if (Done(PromotionKind.Rollback, commandId) is { } done)
        {
            return done;
        }

        var live = RequireLive();
        var all = Record.Promotions;
        bool IsOpen(int i) => all[i].Kind != PromotionKind.Rollback && all.All(r => r.Undoes != i);
        var place = Enumerable.Range(0, all.Count).LastOrDefault(i => IsOpen(i) && (id is null || all[i].Id == id), -1);
        var promotion = place < 0 ? null : all[place];
        return promotion switch
        {
            null => throw new HermesException(id is null ? $"Nothing of model '{Key}' is left to be taken back." : $"Model '{Key}' has no promotion '{id}' that could be taken back."),
            { Kind: PromotionKind.Withdrawal } => throw new HermesException(
                $"'{promotion.Id}' withdrew {string.Join(", ", promotion.Removed.Select(b => b.Dataset.Dataset))} from model '{Key}'; a withdrawal is not taken back.",
                hint: "Add the dataset anew and learn its branch again."),
            { Kind: PromotionKind.Trunk, From: 0 } => throw new HermesException($"{Key}@{promotion.To} is the first version; nothing was live before it."),
            { Kind: PromotionKind.Trunk } => live.Content.Package.Sha256 == Record.Versions[promotion.To - 1].Content.Package.Sha256
                ? await ServeAsync(commandId, PromotionKind.Rollback, live, Record.Versions[promotion.From - 1], place)
                : throw new HermesException($"The trunk that '{promotion.Id}' brought to model '{Key}' is not live any more."),
            _ when !live.Content.Branches.Any(b => promotion.Added.Any(a => a.Package == b.Package)) => throw new HermesException(
                $"What '{promotion.Id}' brought to model '{Key}' is not live any more."),
            _ => await ServeAsync(
                commandId,
                PromotionKind.Rollback,
                live,
                [.. promotion.Removed.Where(old => old.Trunk == live.Content.Package.Sha256 && !IsWithdrawn(old))],
                [.. live.Content.Branches.Where(b => promotion.Added.Any(a => a.Package == b.Package))],
                place),
        };
    }

    /// <inheritdoc/>
    public async Task<ModelStatus> SetRuleAsync(GrowRule rule, CancellationToken cancellationToken)
    {
        RequireLive();
        if (rule.Datasets.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
        {
            throw new HermesException($"'{rule.Datasets}' covers no dataset.", hint: "Give SITE/DATASET, or SITE/* for all datasets of a site.");
        }

        if (rule.Steps is < 1)
        {
            throw new HermesException("A branch needs at least one step.");
        }

        await ChangeAsync(Record with { Rules = [.. Record.Rules.Where(r => r.Datasets != rule.Datasets).Append(rule).OrderBy(r => r.Datasets, StringComparer.Ordinal)] });
        return Status(Record);
    }

    /// <inheritdoc/>
    public async Task<ModelStatus> RemoveRuleAsync(string datasets, CancellationToken cancellationToken)
    {
        RequireLive();
        if (Record.Rules.All(r => r.Datasets != datasets))
        {
            throw new HermesException($"Model '{Key}' has no rule for '{datasets}'.");
        }

        await ChangeAsync(Record with { Rules = [.. Record.Rules.Where(r => r.Datasets != datasets)] });
        return Status(Record);
    }

    /// <inheritdoc/>
    public async Task GrowAsync(PinnedDataset dataset, bool isAsked, CancellationToken cancellationToken)
    {
        var record = Record;
        if (isAsked)
        {
            RequireLive();
        }

        // The most particular pattern speaks.
        var rule = record.Rules.Where(r => r.Covers(dataset.Dataset)).MaxBy(r => r.Datasets.Length);
        if (record.Grown.Contains(dataset) || (rule is null && !isAsked))
        {
            return;
        }

        rule ??= new GrowRule { Datasets = dataset.Dataset };
        var name = $"grow-{dataset.Dataset[(dataset.Dataset.IndexOf('/', StringComparison.Ordinal) + 1)..]}";
        await ChangeAsync(record with
        {
            Grown = [.. record.Grown, dataset],
            Outgoing =
            [
                .. record.Outgoing,
                new UpdateRequested
                {
                    EventId = $"model/{Key}/grow/{dataset.Dataset}@{dataset.Version}",
                    At = Now,
                    Subject = $"{dataset.Dataset}@{dataset.Version}",
                    Actor = Actor,
                    Update = $"{name[..Math.Min(name.Length, 40)]}-{Identity.Of([Key, dataset.Dataset, Identity.Number(dataset.Version)])[..8]}",
                    Request = new UpdateRequest
                    {
                        Model = Key,
                        Datasets = [dataset.Dataset],
                        Policy = rule.Policy == BranchPolicy.Priors ? UpdatePolicy.Priors : UpdatePolicy.Branch,
                        Steps = rule.Steps,
                        AutoPromote = rule.AutoPromote,
                    },
                },
            ],
        });
    }

    /// <inheritdoc/>
    public Task<ModelStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status(Record));

    /// <inheritdoc/>
    public Task<ModelVersion> ResolveAsync(string? versionOrAlias, CancellationToken cancellationToken)
    {
        var record = Record;
        if (record.Versions.Count == 0)
        {
            throw new HermesException($"There is no model '{Key}'.").With(Remedy.ListModels);
        }

        var wanted = string.IsNullOrEmpty(versionOrAlias) ? IModelGrain.LiveAlias : versionOrAlias;
        var number = record.Aliases.TryGetValue(wanted, out var aliased) ? aliased
            : int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        if (number >= 1 && number <= record.Versions.Count)
        {
            var version = record.Versions[number - 1];
            return version.Content.Branches.FirstOrDefault(IsWithdrawn) is not { } gone ? Task.FromResult(version) : throw new HermesException(
                $"{Key}@{number} holds the branch '{gone.Group.Name}', whose dataset {gone.Dataset.Dataset} was withdrawn.", hint: "Ask the live version.");
        }

        throw new HermesException(
            $"Model '{Key}' has no version '{wanted}'; it has versions 1 to {record.Versions.Count} and the aliases {string.Join(", ", record.Aliases.Keys.Order(StringComparer.Ordinal))}.");
    }

    // Learned anew, the same cases give the same bytes, and the branch is back.
    private bool IsWithdrawn(ModelBranch branch) =>
        Record.Promotions.LastOrDefault(p => p.Added.Concat(p.Removed).Any(b => b.Package == branch.Package)) is { Kind: PromotionKind.Withdrawal };

    private Task<ModelVersion> ServeAsync(
        string id, PromotionKind kind, ModelVersion live, IReadOnlyList<ModelBranch> added, IReadOnlyList<ModelBranch> removed, int? undoes = null)
    {
        var names = added.Select(b => b.Group.Name).Concat(removed.Select(b => b.Group.Name)).ToHashSet(StringComparer.Ordinal);
        var content = live.Content with
        {
            Branches = [.. live.Content.Branches.Where(b => !names.Contains(b.Group.Name)).Concat(added).OrderBy(b => b.Package.Sha256, StringComparer.Ordinal)],
        };
        var digest = content.Digest();
        var version = Record.Versions.FirstOrDefault(v => v.Content.Digest() == digest) ?? NewVersion(Record, content, live.Run, live.Datasets);
        return ServeAsync(id, kind, live, version, undoes, added, removed);
    }

    private async Task<ModelVersion> ServeAsync(
        string id, PromotionKind kind, ModelVersion live, ModelVersion version, int? undoes,
        IReadOnlyList<ModelBranch>? added = null, IReadOnlyList<ModelBranch>? removed = null)
    {
        var record = Record;
        record = version.Version > record.Versions.Count ? record with { Versions = [.. record.Versions, version] } : record;
        await ChangeAsync(Promoted(record, version, new Promotion
        {
            Id = id, Kind = kind, From = live.Version, To = version.Version, At = Now, Added = added ?? [], Removed = removed ?? [], Undoes = undoes,
        }));
        return version;
    }

    private ModelVersion NewVersion(ModelRecord record, ModelVersionContent content, string run, IReadOnlyList<PinnedDataset> datasets) => new()
    {
        Model = Key,
        Version = record.Versions.Count + 1,
        Content = content,
        Run = run,
        Datasets = datasets,
        Published = Now,
    };

    // A run and an update may have the same name.
    private ModelVersion? Done(PromotionKind kind, string id) =>
        Record.Promotions.FirstOrDefault(p => p.Kind == kind && p.Id == id) is { } known ? Record.Versions[known.To - 1] : null;

    private ModelVersion RequireLive() => Live(Record) ?? throw new HermesException($"There is no model '{Key}'.").With(Remedy.ListModels);

    private static ModelVersion? Live(ModelRecord record) => record.Aliases.TryGetValue(IModelGrain.LiveAlias, out var live) ? record.Versions[live - 1] : null;

    private ModelRecord Promoted(ModelRecord record, ModelVersion version, Promotion promotion) => WithAlias(record, IModelGrain.LiveAlias, version) with
    {
        Promotions = [.. record.Promotions, promotion],
        Outgoing = [.. record.Outgoing, Published(record, version, promotion)],
    };

    private ModelVersionPublished Published(ModelRecord record, ModelVersion version, Promotion promotion)
    {
        List<PinnedDataset> branches = [.. version.Content.Branches.Select(b => b.Dataset)];
        var before = promotion.From > 0 ? record.Versions[promotion.From - 1] : null;
        var gone = before is null ? [] : before.Datasets.Concat(before.Content.Branches.Select(b => b.Dataset));
        var there = version.Datasets.Concat(branches).Select(d => d.Dataset).ToHashSet(StringComparer.Ordinal);
        return new ModelVersionPublished
        {
            EventId = $"model/{Key}/promotion/{record.Promotions.Count}",
            At = Now,
            Subject = $"{Key}@{version.Version}",
            Actor = Actor,
            Model = Key,
            Version = version.Version,
            Digest = version.Content.Digest(),
            Promotion = record.Promotions.Count + 1,
            Trunk = version.Datasets,
            Branches = branches,
            Gone = [.. gone.Where(d => !there.Contains(d.Dataset))],
        };
    }

    private static ModelRecord WithAlias(ModelRecord record, string alias, ModelVersion version) =>
        record with { Aliases = new Dictionary<string, int>(record.Aliases) { [alias] = version.Version } };

    private ModelStatus Status(ModelRecord record) => new()
    {
        Name = Key,
        Versions = record.Versions,
        Aliases = record.Aliases,
        Promotions = record.Promotions,
        Rules = record.Rules,
    };

    private protected override Standing Describe(ModelRecord record) => new(IsUnfinished: false, Status(record));
}
