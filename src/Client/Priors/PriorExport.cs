using Hermes.Client.Figures;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Priors;

/// <summary>The files that a prior map can be had as.</summary>
public static class PriorExport
{
    /// <summary>Those of a view of a map.</summary>
    /// <param name="whole">The prior map of a version, all of which a document holds.</param>
    /// <param name="map">The map that the subject is shown on.</param>
    /// <param name="subject">What is compared.</param>
    /// <param name="view">One of the subject's views on that map.</param>
    /// <param name="look">How the map is drawn.</param>
    /// <param name="similarity">The view's cosines [N, N].</param>
    /// <param name="read">Reads those of the other views.</param>
    public static FigureExport Of(
        PriorMap whole, PriorMap map, PriorSubject subject, PriorView view, PriorLook look, float[] similarity, Func<PriorView, Task<float[]>> read)
    {
        var ofModalities = subject == PriorSubject.Modalities;
        return new FigureExport(
            () => ofModalities ? PriorFigure.OfModalities(map, view, similarity) : PriorFigure.OfTasks(map, view, similarity, look.Of(similarity, map.Tasks.Count)),
            () => PriorTable.Of(map, view, similarity, ofModalities),
            async () => await PriorDocument.OfAsync(whole, read).ConfigureAwait(false));
    }
}
