using Hermes.Client.Priors;

namespace Hermes.Client.Tests.Priors;

public sealed class PriorSubjectTests
{
    [Fact]
    public void Each_subject_is_shown_on_its_map_with_its_views()
    {
        var (map, posterior) = (Maps.Of(3).Map, Maps.Of(2).Map);
        map = map with { ModalityViews = [map.Views[0] with { Name = "stage 1" }] };

        Assert.Equal(["tasks", "posterior", "modalities"], PriorSubjects.Words);
        Assert.Equal(PriorSubject.Tasks, PriorSubjects.Of("anything"));
        Assert.Same(map, map.Of(PriorSubject.Modalities));
        Assert.Equal((map.ModalityViews, map.Views), (map.ViewsOf(PriorSubject.Modalities), map.ViewsOf(PriorSubject.Tasks)));
        Assert.Null(map.Of(PriorSubject.Posterior));
        Assert.Same(posterior, (map with { Posterior = posterior }).Of(PriorSubject.Posterior));
    }
}
