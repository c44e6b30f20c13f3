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
}
