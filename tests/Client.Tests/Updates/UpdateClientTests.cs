using Hermes.Client.Progress;
using Hermes.Client.Updates;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Client.Tests.Updates;

public sealed class UpdateClientTests
{
    private static readonly UpdateRequest Request = new() { Datasets = ["local/a"] };

    [Fact]
    public async Task A_preview_asks_once_and_looks_until_nothing_waits_any_more()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);
        var seen = new List<int>();

        var preview = await client.Updates.PreviewAsync(Request, ask: true, new Relayed<UpdatePreview>(p => seen.Add(p.Answered)));

        Assert.Equal((3, 0), (preview.Answered, preview.Waiting));
        Assert.Equal([1, 2], seen);
        Assert.Equal(["ask", "look", "look"], platform.Asked);
    }

    [Fact]
    public async Task A_quick_preview_asks_nothing_and_waits_for_nothing()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);

        Assert.Equal(2, (await client.Updates.PreviewAsync(Request, ask: false)).Waiting);
        Assert.Equal(["look"], platform.Asked);
    }

    [Fact]
    public void Requests_that_begin_otherwise_have_other_names() => Assert.Equal(3, new[]
    {
        UpdateClient.NameOf(Request),
        UpdateClient.NameOf(Request with { NearestPriors = true }),
        UpdateClient.NameOf(Request with { AcceptConflicts = true }),
    }.Distinct().Count());
}
