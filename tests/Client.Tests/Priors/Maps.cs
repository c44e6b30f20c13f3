using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Tests.Priors;

/// <summary>Prior maps with which figures are tried.</summary>
internal static class Maps
{
    /// <summary>Tasks of two datasets, joined one after the other, with cosines that fall with the distance of their numbers.</summary>
    public static (PriorMap Map, PriorView View, float[] Similarity) Of(int count)
    {
        var similarity = Enumerable.Range(0, count * count).Select(i => 1 - (Math.Abs((i / count) - (i % count)) / (float)count)).ToArray();
        var merges = Enumerable.Range(1, Math.Max(count - 1, 0)).Select(k => new PriorMerge(k == 1 ? 0 : count + k - 2, k, k * 0.1, k + 1)).ToArray();
        var view = new PriorView(PriorMap.Combined, new BlobRef("local", new string('a', 64), similarity.Length * 4, MediaTypes.Numbers), merges, [.. Enumerable.Range(0, count)]);
        MapPlace[] places = [.. Enumerable.Range(0, count).Select(i => new MapPlace(i, -i))];
        return (
            new PriorMap
            {
                Model = "universal",
                Version = 2,
                Tasks = [.. Enumerable.Range(0, count).Select(i => new PriorTask($"d{i % 2}/s{i}", $"d{i % 2}", "ct"))],
                Views = [view],
                Modalities = ["ct"],
                ModalityViews = [],
                Components = places,
                ComponentShares = [0.6, 0.3],
                Places = places,
                Groups = [],
            },
            view,
            similarity);
    }
}
