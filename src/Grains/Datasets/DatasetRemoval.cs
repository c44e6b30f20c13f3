using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Datasets;

/// <summary>Removes what is left of a withdrawn dataset: answers about its cases and from its branches, and the blobs that only it refers to.</summary>
internal sealed class DatasetRemoval(string key, IGrainFactory grains, ICatalogStore catalog, IBlobStore blobs, IBlobCare care)
{
    /// <summary>Has models let go of it, as the event does wherever that is on its way.</summary>
    public async Task LeaveModelsAsync(bool retireTrunks, CancellationToken cancellationToken)
    {
        await foreach (var model in catalog.AllAsync(CatalogKinds.Model, cancellationToken))
        {
            var grain = grains.GetGrain<IModelGrain>(model.Key);
            await grain.WithdrawAsync($"dataset/{key}/withdrawn", key, cancellationToken);
            if (retireTrunks)
            {
                await grain.RetireAsync($"dataset/{key}/withdrawn", key, cancellationToken);
            }
        }
    }

    /// <summary>The blobs that may go: its own, what was learned from it alone, and answers.</summary>
    public async Task<IReadOnlyList<DoomedBlob>> FindAsync(DatasetRecord record, CancellationToken cancellationToken)
    {
        var own = (await CasesAsync(record, cancellationToken)).ToHashSet(StringComparer.Ordinal);
        own.UnionWith((await care.OwnedByAsync([$"{CatalogKinds.Dataset} {key}"], cancellationToken)).Select(b => b.Sha256));
        var others = await BranchesAsync(cancellationToken);
        var runs = new List<string>();
        await foreach (var (run, status) in catalog.AllAsync<RunStatus>(CatalogKinds.Run, cancellationToken))
        {
            if (status.Datasets.Any(d => d.Dataset == key))
            {
                runs.Add($"{CatalogKinds.Run} {run}");
            }
        }

        // The checkpoints and the trunk of a run that goes on to exist are still referred to when all is let go of, and stay.
        others.UnionWith((await care.OwnedByAsync(runs, cancellationToken)).Select(b => b.Sha256));
        await foreach (var (_, status) in QuestionsAsync(own, others, cancellationToken))
        {
            others.UnionWith(Blobs(status.Result).Select(b => b.Sha256));
        }

        return await blobs.ListAsync(cancellationToken: cancellationToken).Where(b => own.Contains(b.Sha256) || others.Contains(b.Sha256))
            .Select(b => new DoomedBlob(b.Sha256, b.Length, own.Contains(b.Sha256))).ToListAsync(cancellationToken);
    }

    /// <summary>Forgets every question about its cases or to its branches.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> ForgetQuestionsAsync(DatasetRecord record, CancellationToken cancellationToken)
    {
        var questions = 0;
        var cases = (await CasesAsync(record, cancellationToken)).ToHashSet(StringComparer.Ordinal);
        await foreach (var (question, _) in QuestionsAsync(cases, await BranchesAsync(cancellationToken), cancellationToken))
        {
            await grains.GetGrain<ISegmentationGrain>(question).ForgetAsync(cancellationToken);
            questions++;
        }

        return questions;
    }

    /// <summary>Has everybody let go of what belongs to the dataset alone.</summary>
    /// <returns>Whether all have; a run under way ends first.</returns>
    public async Task<bool> ReleaseAsync(CancellationToken cancellationToken)
    {
        var isReleased = true;
        await foreach (var update in catalog.AllAsync(CatalogKinds.Update, cancellationToken))
        {
            await grains.GetGrain<IUpdateGrain>(update.Key).ReleaseAsync(key, cancellationToken);
        }

        await foreach (var (run, status) in catalog.AllAsync<RunStatus>(CatalogKinds.Run, cancellationToken))
        {
            isReleased &= status.Datasets.All(d => d.Dataset != key) || await grains.GetGrain<IRunGrain>(run).ReleaseAsync(key, cancellationToken);
        }

        await foreach (var model in catalog.AllAsync(CatalogKinds.Model, cancellationToken))
        {
            await grains.GetGrain<IModelGrain>(model.Key).ReleaseAsync(key, cancellationToken);
        }

        return isReleased;
    }

    /// <summary>Deletes what nothing refers to of a list that <see cref="FindAsync"/> made.</summary>
    /// <returns>How many blobs are gone, their size, and how many of its own others refer to.</returns>
    public async Task<(int Count, long Bytes, int Shared)> DeleteAsync(BlobRef list, CancellationToken cancellationToken)
    {
        var doomed = await blobs.GetJsonAsync<List<DoomedBlob>>(list, cancellationToken);
        await care.RemoveAsync([.. doomed.Select(d => d.Digest)], cancellationToken);
        var left = await blobs.ListAsync(cancellationToken: cancellationToken).Select(b => b.Sha256).ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        var gone = doomed.FindAll(d => !left.Contains(d.Digest));
        return (gone.Count, gone.Sum(d => d.Bytes), doomed.Count(d => d.IsOwn && left.Contains(d.Digest)));
    }

    private static IEnumerable<BlobRef> Blobs(SegmentationResult? answer) => answer is null ? [] :
        answer.Tasks.Select(t => t.Mask).Concat([answer.LabelMap, answer.Preview?.Thumbnail, answer.Preview?.Image, answer.Preview?.Label, answer.Preview?.Statistics])
            .OfType<BlobRef>();

    // Its volumes as they are stored and as they were sent.
    private async Task<List<string>> CasesAsync(DatasetRecord record, CancellationToken cancellationToken)
    {
        var digests = new List<string>();
        foreach (var page in record.Versions.SelectMany(v => v.Pages).DistinctBy(p => p.Sha256))
        {
            foreach (var one in await PageAsync(page, cancellationToken))
            {
                digests.AddRange(new[] { one.Facts.Image.Sha256, one.Facts.Label?.Sha256, one.SourceImageSha256, one.SourceLabelSha256 }.OfType<string>());
            }
        }

        return digests;
    }

    // What a damaged list referred to goes with the next removal of what nothing refers to.
    private async Task<IReadOnlyList<CaseRecord>> PageAsync(BlobRef page, CancellationToken cancellationToken)
    {
        try
        {
            return await blobs.GetJsonAsync<List<CaseRecord>>(page, cancellationToken);
        }
        catch (HermesException damage) when (BlobDamage.Is(damage))
        {
            return [];
        }
    }

    // Learned from it, whether they were ever live or not.
    private async Task<HashSet<string>> BranchesAsync(CancellationToken cancellationToken)
    {
        var learned = new List<ModelBranch>();
        await foreach (var (_, status) in catalog.AllAsync<ModelStatus>(CatalogKinds.Model, cancellationToken))
        {
            learned.AddRange(status.Versions.SelectMany(v => v.Content.Branches).Concat(status.Promotions.SelectMany(p => p.Added.Concat(p.Removed))));
        }

        await foreach (var (_, status) in catalog.AllAsync<RunStatus>(CatalogKinds.Run, cancellationToken))
        {
            learned.AddRange(new[] { status.Branch }.OfType<ModelBranch>());
        }

        return learned.Where(b => b.Dataset.Dataset == key).SelectMany(b => b.Blobs()).Select(b => b.Sha256).ToHashSet(StringComparer.Ordinal);
    }

    private async IAsyncEnumerable<(string Key, SegmentationStatus Status)> QuestionsAsync(
        HashSet<string> cases, HashSet<string> branches, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool IsIn(HashSet<string> digests, BlobRef? blob) => blob is not null && digests.Contains(blob.Sha256);
        await foreach (var (question, status) in catalog.AllAsync<SegmentationStatus>(CatalogKinds.Segmentation, cancellationToken))
        {
            if (status.Request is { } asked && (IsIn(cases, asked.Image) || IsIn(cases, asked.Reference) || IsIn(branches, asked.Branch)))
            {
                yield return (question, status);
            }
        }
    }
}
