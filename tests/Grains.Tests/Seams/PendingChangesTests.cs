using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Tests.Seams;

public sealed class PendingChangesTests
{
    private readonly PendingChanges _pending = new();

    [Fact]
    public void What_changed_often_is_told_once()
    {
        Add(new PlatformChange("run", "a", IsProgress: true), new PlatformChange("run", "a", IsProgress: true), new PlatformChange("dataset", "a"));

        Assert.Equal([new PlatformChange("run", "a", IsProgress: true), new PlatformChange("dataset", "a")], _pending.Take().Changes);
        Assert.True(_pending.Take().IsHeartbeat);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_got_on_and_changed_has_changed(bool first, bool second)
    {
        Add(new PlatformChange("run", "a", first), new PlatformChange("run", "a", second));

        Assert.Equal([new PlatformChange("run", "a")], _pending.Take().Changes);
    }

    [Fact]
    public void Too_much_to_be_told_is_everything()
    {
        Add([.. Enumerable.Range(0, PlatformChanges.Most).Select(i => new PlatformChange("run", $"{i}"))]);
        Assert.Equal(PlatformChanges.Most, _pending.Take().Changes.Count);
        Add([.. Enumerable.Range(0, PlatformChanges.Most + 1).Select(i => new PlatformChange("run", $"{i}"))]);
        Add(new PlatformChange("run", "one more"));

        Assert.Same(PlatformChanges.Everything, _pending.Take());
        Assert.True(_pending.Take().IsHeartbeat);
    }

    [Fact]
    public void There_is_news_from_the_first_change_until_it_is_taken()
    {
        var news = _pending.News;
        _pending.Add(PlatformChanges.Nothing);
        Assert.False(news.IsCompleted);

        Add(new PlatformChange("run", "a"));
        Assert.True(news.IsCompleted);
        Assert.True(_pending.News.IsCompleted);

        _pending.Take();
        Assert.False(_pending.News.IsCompleted);
    }

    private void Add(params PlatformChange[] changes) => _pending.Add(new PlatformChanges { Changes = changes });
}
