using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Tests.Priors;

/// <summary>A prior map as a worker of the tests tells it: similarities, and nothing else.</summary>
internal static class TestPriorMap
{
    public static PriorMap Of(PriorMapOrder order, BlobRef similarity) => new()
    {
        Model = order.Model,
        Version = order.Version.Version,
        Tasks = [],
        Views = [new PriorView(PriorMap.Combined, similarity, [], [])],
        Modalities = [],
        ModalityViews = [],
        Components = [],
        ComponentShares = [],
        Places = [],
        Groups = [],
    };
}
