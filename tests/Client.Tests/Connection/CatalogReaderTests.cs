using Hermes.Grains.Interfaces.Catalog;

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
}
