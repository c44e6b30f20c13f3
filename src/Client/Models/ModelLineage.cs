using Hermes.Client.Connection;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Client.Models;

/// <summary>A version of a model and how it came about.</summary>
/// <param name="Version">The version.</param>
/// <param name="Parent">The version it came of; null for one whose trunk was trained from nothing.</param>
/// <param name="By">What made it; null where a run did and it was never made live.</param>
/// <param name="Update">The update that made it, if one did.</param>
public sealed record VersionOrigin(ModelVersion Version, int? Parent, Promotion? By, string? Update);

/// <summary>How the versions of a model came of one another, and which of them are answered.</summary>
public static class ModelLineage
{
    /// <summary>Where each version came from, oldest first.</summary>
    public static IReadOnlyList<VersionOrigin> Of(ModelStatus model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var made = model.Promotions.Where(p => p.To > 0).DistinctBy(p => p.To).ToDictionary(p => p.To);
        return [.. model.Versions.Select(v => Of(model, v, made.GetValueOrDefault(v.Version)))];
    }

    /// <summary>The update that a promotion came of, if it came of one.</summary>
    public static string? UpdateOf(ModelStatus model, Promotion promotion)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(promotion);
        return promotion.Kind switch
        {
            PromotionKind.Branches when !CommandId.IsNew(promotion.Id) => promotion.Id,
            PromotionKind.Trunk when !CommandId.IsNew(promotion.Id) && model.Versions[promotion.To - 1] is { Run.Length: > 0 } made && promotion.Id != made.Run => promotion.Id,
            _ => null,
        };
    }

    /// <summary>The update that brought a branch to a model, if one did.</summary>
    public static string? UpdateOf(ModelStatus model, ModelBranch branch)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(branch);
        return model.Promotions.FirstOrDefault(p => p.Added.Any(a => a.Package == branch.Package)) is { } promotion ? UpdateOf(model, promotion) : null;
    }

    /// <summary>The version that is live; null if there is none.</summary>
    public static ModelVersion? Live(this ModelStatus model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Aliases.TryGetValue(IModelGrain.LiveAlias, out var live) ? model.Versions[live - 1] : null;
    }

    /// <summary>The aliases of a version, in order.</summary>
    public static IEnumerable<string> AliasesOf(this ModelStatus model, int version)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Aliases.Where(a => a.Value == version).Select(a => a.Key).Order(StringComparer.Ordinal);
    }

    /// <summary>Whether the trunk of a version learned from a dataset that was withdrawn and whose trunks were retired.</summary>
    public static bool IsRetired(this ModelStatus model, ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(version);
        return version.Datasets.Any(d => model.Retired.Contains(d.Dataset));
    }

    /// <summary>Whether a version holds a branch of a dataset that was withdrawn.</summary>
    public static bool IsWithdrawn(this ModelStatus model, ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(version);
        return version.Content.Branches.Any(b => model.Withdrawn.Contains(b.Dataset.Dataset));
    }

    /// <summary>Whether a version is on record only and answers nobody.</summary>
    public static bool IsGone(this ModelStatus model, ModelVersion version) => model.IsRetired(version) || model.IsWithdrawn(version);

    /// <summary>Whether a promotion is one that a rollback would take back: none did before, and what it brought is live.</summary>
    /// <param name="model">The model.</param>
    /// <param name="place">The promotion's place among all of the model's, from 0.</param>
    public static bool CanBeTakenBack(this ModelStatus model, int place)
    {
        ArgumentNullException.ThrowIfNull(model);
        var promotion = model.Promotions[place];
        return model.Live() is { } live && model.Promotions.All(p => p.Undoes != place) && promotion switch
        {
            { Kind: PromotionKind.Trunk, From: > 0 } => live.Content.Package == model.Versions[promotion.To - 1].Content.Package,
            { Kind: PromotionKind.Branches } => promotion.Added.Count == 0 || live.Content.Branches.Any(b => promotion.Added.Any(a => a.Package == b.Package)),
            _ => false,
        };
    }

    // What a run trained stands for itself, whatever was live when it came; and what a person made live stood there before, as a candidate.
    private static VersionOrigin Of(ModelStatus model, ModelVersion version, Promotion? by)
    {
        var update = by is null ? null : UpdateOf(model, by);
        var isOwn = by is null or { From: 0 } || (by.Kind == PromotionKind.Trunk && update is null);
        return new VersionOrigin(version, isOwn || by!.From >= version.Version ? null : by.From, by, update);
    }
}
