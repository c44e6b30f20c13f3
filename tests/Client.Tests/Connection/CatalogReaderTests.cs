using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Client.Tests.Connection;

public sealed class CatalogReaderTests
{
    [Fact]
    public async Task Every_page_is_read_and_no_entry_comes_twice()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);

        var names = await client.Models.ListAsync().Select(m => m.Name).ToListAsync();

        Assert.Equal(Enumerable.Range(0, TestCatalogGrain.Entries).Select(n => $"m{n:0000}"), names);
    }

    [Fact]
    public async Task A_part_of_a_list_says_how_many_there_are_in_all()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);

        var datasets = await client.Datasets.ListPageAsync(new CatalogFilter { Skip = 440 }, 50);
        var runs = await client.Runs.ListPageAsync(new CatalogFilter { Skip = 100 }, 2);

        Assert.Equal((TestCatalogGrain.Entries, 10), (datasets.Count, datasets.Items.Count));
        Assert.Equal("m0440", datasets.Items[0].Declaration!.Name);
        Assert.Equal(TestCatalogGrain.Entries, runs.Count);
        Assert.Equal(["m0100", "m0101"], runs.Items.Select(r => r.Name));
        Assert.Equal(["ct", "t1"], (await client.Datasets.GetFacetsAsync()).Modalities);
    }

    [Fact]
    public async Task A_part_of_the_events_tells_each_as_what_it_is_and_questions_are_counted()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);

        var events = await client.Events.ListPageAsync(new CatalogFilter { Skip = 7 }, 2);
        var segmentations = await client.Segmentations.ListPageAsync(new CatalogFilter(), 1);

        Assert.Equal((TestCatalogGrain.Entries, 2), (events.Count, events.Items.Count));
        Assert.Equal(("m0007", "local/a"), (events.Items[0].EventId, Assert.IsType<DatasetWithdrawn>(events.Items[0].Event).Dataset));
        Assert.Equal((TestCatalogGrain.Entries, SegmentationState.Queued), (segmentations.Count, Assert.Single(segmentations.Items).State));
        Assert.Equal(platform.Description!.Gateway, (await client.DescribeAsync()).Gateway);
    }
}
