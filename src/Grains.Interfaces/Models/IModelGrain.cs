using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>One model: versions, aliases, lineage. Key: the model's name.</summary>
[Alias("hermes.IModelGrain")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>The alias that segmentations use when no version is named.</summary>
    const string LiveAlias = "live";

    /// <summary>The alias of the newest version that waits to be made live.</summary>
    const string CandidateAlias = "candidate";

    /// <summary>
    /// Makes a version of the trunk that a run made, once per run; <see cref="LiveAlias"/> moves to it, or <see cref="CandidateAlias"/> while a prompt group of
    /// the live version's branches would vanish.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="content">What the version is made of.</param>
    /// <param name="datasets">The dataset versions it learned from.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("PublishAsync"), Needs(Role.Silo)]
    Task<ModelVersion> PublishAsync(string run, ModelVersionContent content, IReadOnlyList<PinnedDataset> datasets, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a version of what was imported; <see cref="LiveAlias"/> moves to it, or <see cref="CandidateAlias"/> while anything that is answered would vanish. Where a
    /// version is made of the same trunk and branches already, that is the answer and nothing moves.
    /// </summary>
    /// <param name="import">The import.</param>
    /// <param name="content">What the version is made of.</param>
    /// <param name="datasets">The dataset versions its trunk learned from.</param>
    /// <param name="origin">Where it came from.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("PublishImportAsync"), Needs(Role.Silo)]
    Task<ModelVersion> PublishImportAsync(
        string import, ModelVersionContent content, IReadOnlyList<PinnedDataset> datasets, ModelOrigin origin, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lays branches over what is live, each in the place of the branch of its prompt group if there is one. The result is live, under the number of the
    /// version that is made of the same trunk and branches if there ever was one. Done once per <paramref name="id"/>.
    /// </summary>
    /// <param name="id">What the branches came of.</param>
    /// <param name="branches">The branches.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">Nothing is live, another trunk is than that of a branch, the trunk was trained with a prompt group of that name, or a dataset was withdrawn.</exception>
    [Alias("PromoteAsync"), Needs(Role.Silo)]
    Task<ModelVersion> PromoteAsync(string id, IReadOnlyList<ModelBranch> branches, CancellationToken cancellationToken = default);

    /// <summary>Makes a new trunk live that learned on from the one that is, with branches of its own. Done once per <paramref name="id"/>.</summary>
    /// <param name="id">What it came of.</param>
    /// <param name="run">The run that learned it.</param>
    /// <param name="content">What the version is made of.</param>
    /// <param name="datasets">The dataset versions its trunk learned from.</param>
    /// <param name="parent">SHA-256 of the trunk it learned on from.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">Another trunk is live, or a prompt group that is served would vanish.</exception>
    [Alias("PromoteTrunkAsync"), Needs(Role.Silo)]
    Task<ModelVersion> PromoteTrunkAsync(
        string id, string run, ModelVersionContent content, IReadOnlyList<PinnedDataset> datasets, string parent, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a version that exists live, such as the <see cref="CandidateAlias"/>. Done once per <paramref name="commandId"/>, and nothing when it is live.
    /// </summary>
    /// <param name="commandId">Chosen by the caller.</param>
    /// <param name="versionOrAlias">Which.</param>
    /// <param name="drop">Prompt groups that are answered now and are not by it: all of them, so that none vanishes unseen.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <returns>The version that is live.</returns>
    /// <exception cref="HermesException">There is no such version, it was taken out, or other prompt groups would vanish than those named.</exception>
    [Alias("MakeLiveAsync"), Needs(Role.Trainer)]
    Task<ModelVersion> MakeLiveAsync(string commandId, string versionOrAlias, IReadOnlyList<string> drop, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the branches of a dataset out of what is live, for ever: what is left is the version that never had them. Done once per
    /// <paramref name="commandId"/>.
    /// </summary>
    /// <returns>The version that is live; null if there is none.</returns>
    [Alias("WithdrawAsync"), Needs(Role.Silo)]
    Task<ModelVersion?> WithdrawAsync(string commandId, string dataset, CancellationToken cancellationToken = default);

    /// <summary>
    /// No version whose trunk learned from a dataset is answered any more; if the live one is such a version, nothing is live. Done once per dataset.
    /// </summary>
    /// <returns>The version that is live; null if there is none.</returns>
    [Alias("RetireAsync"), Needs(Role.Silo)]
    Task<ModelVersion?> RetireAsync(string commandId, string dataset, CancellationToken cancellationToken = default);

    /// <summary>Lets go of the blobs of a withdrawn dataset's branches, which are about to be deleted; the versions stay on record.</summary>
    [Alias("ReleaseAsync"), Needs(Role.Silo)]
    Task ReleaseAsync(string dataset, CancellationToken cancellationToken = default);

    /// <summary>Takes one promotion back, on the set that is live now: what others promoted since stays. Done once per <paramref name="commandId"/>.</summary>
    /// <param name="commandId">Chosen by the caller.</param>
    /// <param name="id">Which; null for the last that was not taken back.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <returns>The version that is live.</returns>
    /// <exception cref="HermesException">There is no such promotion, or it cannot be taken back; the message says why.</exception>
    [Alias("RollbackAsync"), Needs(Role.Trainer)]
    Task<ModelVersion> RollbackAsync(string commandId, string? id, CancellationToken cancellationToken = default);

    /// <summary>Sets the standing order for some datasets, in the place of the one of the same pattern if there is one.</summary>
    /// <exception cref="HermesException">The model has no version, or the pattern can cover nothing.</exception>
    [Alias("SetRuleAsync"), Needs(Role.Trainer)]
    Task<ModelStatus> SetRuleAsync(GrowRule rule, CancellationToken cancellationToken = default);

    /// <summary>Takes the standing order of a pattern back; what it began goes on.</summary>
    /// <exception cref="HermesException">There is no such rule.</exception>
    [Alias("RemoveRuleAsync"), Needs(Role.Trainer)]
    Task<ModelStatus> RemoveRuleAsync(string datasets, CancellationToken cancellationToken = default);

    /// <summary>Asks for an update that learns a dataset version, if a rule covers it or <paramref name="isAsked"/>. Done once per dataset version.</summary>
    /// <param name="dataset">The dataset version that is ready.</param>
    /// <param name="isAsked">Whether whoever added it named this model.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">It was asked for, and the model has no version to grow from.</exception>
    [Alias("GrowAsync"), Needs(Role.Silo)]
    Task GrowAsync(PinnedDataset dataset, bool isAsked, CancellationToken cancellationToken = default);

    /// <summary>Takes up events that a stopped silo left unsent.</summary>
    [Alias("WakeAsync"), Needs(Role.Silo)]
    Task WakeAsync();

    /// <summary>The model and all its versions; no versions when the name is unknown.</summary>
    [Alias("GetAsync"), Needs(Role.Viewer)]
    Task<ModelStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>The version that <paramref name="versionOrAlias"/> names; the live one when empty.</summary>
    /// <exception cref="HermesException">There is no such version, or it holds what was withdrawn or retired.</exception>
    [Alias("ResolveAsync"), Needs(Role.Viewer)]
    Task<ModelVersion> ResolveAsync(string? versionOrAlias, CancellationToken cancellationToken = default);
}
