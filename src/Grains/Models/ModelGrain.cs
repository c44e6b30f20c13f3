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
        var isServed = (live is null || live.Content.Branches.All(b => content.PromptGroups.Any(g => g.Name == b.Group.Name)))
            && !datasets.Any(d => record.Withdrawn.Contains(d.Dataset));
        record = record with { Versions = [.. record.Versions, version] };
        await ChangeAsync(isServed
            ? Promoted(record, version, new Promotion { Id = run, Kind = PromotionKind.Trunk, From = live?.Version ?? 0, To = version.Version, At = Now })
            : WithAlias(record, IModelGrain.CandidateAlias, version));
        return version;
    }

    /// <inheritdoc/>
    public async Task<ModelVersion> PublishImportAsync(
        string import, ModelVersionContent content, IReadOnlyList<PinnedDataset> datasets, ModelOrigin origin, CancellationToken cancellationToken)
    {
        var (record, digest) = (Record, content.Digest());
        if (datasets.Concat(content.Branches.Select(b => b.Dataset)).FirstOrDefault(d => record.Withdrawn.Contains(d.Dataset)) is { } withdrawn)
        {
            throw new HermesException($"'{origin.File}' learned from {withdrawn.Dataset}, which was withdrawn from model '{Key}'.", hint: "Import what did not.");
        }

        if (record.Versions.FirstOrDefault(v => v.Content.Digest() == digest) is { } known)
        {
            return known;
        }

        var version = NewVersion(record, content, run: "", datasets) with { Origin = origin };
        var live = Live(record);
        var isServed = live is null || live.Content.Groups().All(g => content.Groups().Any(c => c.Name == g.Name && g.Labels.All(l => c.Labels.Any(o => o.Task == l.Task))));
        record = record with { Versions = [.. record.Versions, version] };
        await ChangeAsync(isServed
            ? Promoted(record, version, new Promotion { Id = import, Kind = PromotionKind.Trunk, From = live?.Version ?? 0, To = version.Version, At = Now })
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

            if (IsWithdrawn(branch))
            {
                throw new HermesException($"The branch of '{branch.Group.Name}' was learned from {branch.Dataset.Dataset}, which was withdrawn.", hint: "Leave it out.");
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
        if (live.Content.Groups().FirstOrDefault(g => !served.Contains(g.Name) && !IsOfWithdrawn(g)) is { } vanishing)
        {
            throw new HermesException($"The prompt group '{vanishing.Name}', which {Key}@{live.Version} serves, would vanish.", hint: "Learn it on the new trunk first.");
        }

        var digest = content.Digest();
        return await ServeAsync(
            id, PromotionKind.Trunk, live, Record.Versions.FirstOrDefault(v => v.Content.Digest() == digest) ?? NewVersion(Record, content, run, datasets), undoes: null);
    }

    /// <inheritdoc/>
    public async Task<ModelVersion> MakeLiveAsync(string commandId, string versionOrAlias, IReadOnlyList<string> drop, CancellationToken cancellationToken)
    {
        if ((Done(PromotionKind.Trunk, commandId) ?? Done(PromotionKind.Branches, commandId)) is { } done)
        {
            return done;
        }

        var version = Resolved(versionOrAlias);
        var live = Live(Record);
        if (version.Version == live?.Version)
        {
            return version;
        }

        var vanishing = (live?.Content.Groups() ?? []).Select(g => g.Name).Except(version.Content.Groups().Select(g => g.Name)).ToList();
        if (vanishing.Except(drop).ToList() is { Count: > 0 } unsaid)
        {
            throw new HermesException(
                $"{Key}@{live!.Version} answers {string.Join(", ", unsaid)}, which {Key}@{version.Version} does not.",
                hint: "Teach that version their datasets first.").With(Remedy.DropGroups);
        }

        if (drop.Except(vanishing).FirstOrDefault() is { } kept)
        {
            throw new HermesException(
                $"The prompt group '{kept}' would not go: "
                + (version.Content.Groups().Any(g => g.Name == kept) ? $"{Key}@{version.Version} answers it." : "nothing that is live answers it."));
        }

        if (live?.Content.Package.Sha256 != version.Content.Package.Sha256)
        {
            return await ServeAsync(commandId, PromotionKind.Trunk, live, version, undoes: null);
        }

        var (before, after) = (live.Content.Branches, version.Content.Branches);
        return await ServeAsync(
            commandId,
            PromotionKind.Branches,
            live,
            version,
            undoes: null,
            [.. after.Where(b => before.All(o => o.Package != b.Package))],
            [.. before.Where(b => after.All(o => o.Package != b.Package))]);
    }

    /// <inheritdoc/>
    public async Task<ModelVersion?> WithdrawAsync(string commandId, string dataset, CancellationToken cancellationToken)
    {
        var live = Live(Record);
        if (Record.Versions.Count == 0 || Record.Withdrawn.Contains(dataset))
        {
            return live;
        }

        var record = Record with { Withdrawn = [.. Record.Withdrawn, dataset] };
        List<ModelBranch> gone = [.. (live?.Content.Branches ?? []).Where(b => b.Dataset.Dataset == dataset)];
        if (gone.Count == 0)
        {
            await ChangeAsync(record);
            return live;
        }

        return await ServeAsync(commandId, PromotionKind.Withdrawal, live!, Without(live!, gone), undoes: null, added: [], removed: gone, record);
    }

    /// <inheritdoc/>
    public async Task<ModelVersion?> RetireAsync(string commandId, string dataset, CancellationToken cancellationToken)
    {
        var live = Live(Record);
        if (Record.Versions.Count == 0 || Record.Retired.Contains(dataset))
        {
            return live;
        }

        var record = Record with { Retired = [.. Record.Retired, dataset] };
        if (live?.Datasets.Any(d => d.Dataset == dataset) != true)
        {
            await ChangeAsync(record);
            return live;
        }

        var promotion = new Promotion { Id = commandId, Kind = PromotionKind.Retirement, From = live.Version, To = 0, At = Now };
        await ChangeAsync(record with
        {
            Aliases = record.Aliases.Where(a => a.Key != IModelGrain.LiveAlias).ToDictionary(),
            Promotions = [.. record.Promotions, promotion],
            Outgoing = [.. record.Outgoing, Published(record, null, promotion)],
        });
        return null;
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(string dataset, CancellationToken cancellationToken)
    {
        var record = Record;
        if (record.Withdrawn.Contains(dataset))
        {
            var branches = record.Versions.SelectMany(v => v.Content.Branches).Concat(record.Promotions.SelectMany(p => p.Added.Concat(p.Removed))).ToList();
            var others = branches.Where(b => b.Dataset.Dataset != dataset).SelectMany(Digests);
            await StoreAsync(record with
            {
                Released = [.. record.Released.Union(branches.Where(b => b.Dataset.Dataset == dataset).SelectMany(Digests).Except(others))],
            });
        }
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
            { Kind: PromotionKind.Retirement } => throw new HermesException(
                $"'{promotion.Id}' retired the trunk of {Key}@{promotion.From}; that is not taken back.", hint: "Train a trunk without what was withdrawn."),
            { Kind: PromotionKind.Withdrawal } => throw new HermesException(
                $"'{promotion.Id}' withdrew {string.Join(", ", promotion.Removed.Select(b => b.Dataset.Dataset))} from model '{Key}'; a withdrawal is not taken back.",
                hint: "Add its cases under another name and learn them again."),
            { Kind: PromotionKind.Trunk, From: 0 } => throw new HermesException($"{Key}@{promotion.To} is the first version; nothing was live before it."),
            { Kind: PromotionKind.Trunk } => live.Content.Package.Sha256 == Record.Versions[promotion.To - 1].Content.Package.Sha256
                ? await ServeAsync(commandId, PromotionKind.Rollback, live, Left(promotion.From), place)
                : throw new HermesException($"The trunk that '{promotion.Id}' brought to model '{Key}' is not live any more."),
            _ when promotion.Added.Count > 0 && !live.Content.Branches.Any(b => promotion.Added.Any(a => a.Package == b.Package)) => throw new HermesException(
                $"What '{promotion.Id}' brought to model '{Key}' is not live any more."),
            _ => await ServeAsync(
                commandId,
                PromotionKind.Rollback,
                live,
                // What others put in its place since stays there.
                [.. promotion.Removed.Where(old => old.Trunk == live.Content.Package.Sha256 && !IsWithdrawn(old)
                    && live.Content.Branches.All(b => b.Group.Name != old.Group.Name || promotion.Added.Any(a => a.Package == b.Package)))],
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

        UpdateBudget.Require(rule.Steps, rule.Minutes);
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

        var rule = GrowRule.For(record.Rules, dataset.Dataset);
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
                        Minutes = rule.Minutes,
                        AutoPromote = rule.AutoPromote,
                    },
                },
            ],
        });
    }

    /// <inheritdoc/>
    public Task<ModelStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status(Record));

    /// <inheritdoc/>
    public Task<ModelVersion> ResolveAsync(string? versionOrAlias, CancellationToken cancellationToken) => Task.FromResult(Resolved(versionOrAlias));

    private ModelVersion Resolved(string? versionOrAlias)
    {
        var record = Record;
        var wanted = string.IsNullOrEmpty(versionOrAlias) ? IModelGrain.LiveAlias : versionOrAlias;
        if (wanted == IModelGrain.LiveAlias)
        {
            return RequireLive();
        }

        if (record.Versions.Count == 0)
        {
            throw new HermesException($"There is no model '{Key}'.").With(Remedy.ListModels);
        }

        var number = record.Aliases.TryGetValue(wanted, out var aliased) ? aliased
            : int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        return number >= 1 && number <= record.Versions.Count ? Usable(record.Versions[number - 1]) : throw new HermesException(
            $"Model '{Key}' has no version '{wanted}'; it has versions 1 to {record.Versions.Count} and the aliases {string.Join(", ", record.Aliases.Keys.Order(StringComparer.Ordinal))}.");
    }

    private ModelVersion Usable(ModelVersion version)
    {
        var number = version.Version;
        if (version.Datasets.FirstOrDefault(d => Record.Retired.Contains(d.Dataset)) is { } retired)
        {
            throw new HermesException($"{Key}@{number} is retired: its trunk learned from {retired.Dataset}, which was withdrawn.", hint: "Ask a version of another trunk.");
        }

        return version.Content.Branches.FirstOrDefault(IsWithdrawn) is not { } gone ? version : throw new HermesException(
            $"{Key}@{number} holds the branch '{gone.Group.Name}', whose dataset {gone.Dataset.Dataset} was withdrawn.", hint: "Ask the live version.");
    }

    private bool IsOfWithdrawn(PromptGroup group) => Record.Withdrawn.Any(d => d.EndsWith($"/{group.Name}", StringComparison.Ordinal));

    private static IEnumerable<string> Digests(ModelBranch branch) => branch.Blobs().Select(b => b.Sha256);

    private bool IsWithdrawn(ModelBranch branch) => Record.Withdrawn.Contains(branch.Dataset.Dataset);

    // What is left of a version that was live once.
    private ModelVersion Left(int number)
    {
        var version = Record.Versions[number - 1];
        return Usable(Without(version, [.. version.Content.Branches.Where(IsWithdrawn)]));
    }

    private Task<ModelVersion> ServeAsync(
        string id, PromotionKind kind, ModelVersion live, IReadOnlyList<ModelBranch> added, IReadOnlyList<ModelBranch> removed, int? undoes = null)
    {
        var names = added.Select(b => b.Group.Name).Concat(removed.Select(b => b.Group.Name)).ToHashSet(StringComparer.Ordinal);
        return ServeAsync(id, kind, live, Of(live, live.Content.Branches.Where(b => !names.Contains(b.Group.Name)).Concat(added)), undoes, added, removed);
    }

    private ModelVersion Without(ModelVersion version, IReadOnlyList<ModelBranch> gone) => Of(version, version.Content.Branches.Except(gone));

    // The version of the same trunk with these branches.
    private ModelVersion Of(ModelVersion trunk, IEnumerable<ModelBranch> branches)
    {
        var content = trunk.Content with { Branches = [.. branches.OrderBy(b => b.Package.Sha256, StringComparer.Ordinal)] };
        var digest = content.Digest();
        return Record.Versions.FirstOrDefault(v => v.Content.Digest() == digest) ?? NewVersion(Record, content, trunk.Run, trunk.Datasets) with { Origin = trunk.Origin };
    }

    private async Task<ModelVersion> ServeAsync(
        string id, PromotionKind kind, ModelVersion? live, ModelVersion version, int? undoes,
        IReadOnlyList<ModelBranch>? added = null, IReadOnlyList<ModelBranch>? removed = null, ModelRecord? changed = null)
    {
        var record = changed ?? Record;
        record = record with
        {
            Versions = version.Version > record.Versions.Count ? [.. record.Versions, version] : record.Versions,
            Released = [.. record.Released.Except(version.Content.Branches.SelectMany(Digests))],
        };
        await ChangeAsync(Promoted(record, version, new Promotion
        {
            Id = id, Kind = kind, From = live?.Version ?? 0, To = version.Version, At = Now, Added = added ?? [], Removed = removed ?? [], Undoes = undoes,
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

    private ModelVersion RequireLive() => Live(Record) ?? throw (Record.Promotions is [.., { Kind: PromotionKind.Retirement } retirement]
        ? Retired(Record.Versions[retirement.From - 1])
        : new HermesException($"There is no model '{Key}'.")).With(Remedy.ListModels);

    private HermesException Retired(ModelVersion version)
    {
        var (gone, left) = (version.Datasets.Where(d => Record.Withdrawn.Contains(d.Dataset)), version.Datasets.Where(d => !Record.Withdrawn.Contains(d.Dataset)).ToList());
        return new HermesException(
            $"Nothing of model '{Key}' is live: {Key}@{version.Version} is retired, because its trunk learned from {string.Join(", ", gone.Select(d => d.Dataset))}, which was withdrawn.",
            hint: left.Count == 0 ? "Train a trunk on other datasets." : $"Train a trunk on what is left of its datasets: {string.Join(", ", left.Select(d => d.Dataset))}.");
    }

    private static ModelVersion? Live(ModelRecord record) => record.Aliases.TryGetValue(IModelGrain.LiveAlias, out var live) ? record.Versions[live - 1] : null;

    private ModelRecord Promoted(ModelRecord record, ModelVersion version, Promotion promotion) => WithAlias(record, IModelGrain.LiveAlias, version) with
    {
        Promotions = [.. record.Promotions, promotion],
        Outgoing = [.. record.Outgoing, Published(record, version, promotion)],
    };

    private ModelVersionPublished Published(ModelRecord record, ModelVersion? version, Promotion promotion)
    {
        List<PinnedDataset> branches = [.. (version?.Content.Branches ?? []).Select(b => b.Dataset)];
        var before = promotion.From > 0 ? record.Versions[promotion.From - 1] : null;
        var gone = before is null ? [] : before.Datasets.Concat(before.Content.Branches.Select(b => b.Dataset));
        var trunk = version?.Datasets ?? [];
        var there = trunk.Concat(branches).Select(d => d.Dataset).ToHashSet(StringComparer.Ordinal);
        return new ModelVersionPublished
        {
            EventId = $"model/{Key}/promotion/{record.Promotions.Count}",
            At = Now,
            Subject = $"{Key}@{promotion.To}",
            Actor = Actor,
            Model = Key,
            Version = promotion.To,
            Digest = version?.Content.Digest() ?? "",
            Promotion = record.Promotions.Count + 1,
            Trunk = trunk,
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
        Withdrawn = record.Withdrawn,
        Retired = record.Retired,
    };

    private protected override Standing Describe(ModelRecord record) => new(IsUnfinished: false, Status(record));
}
