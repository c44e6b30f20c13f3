using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Client.Tests.Datasets;

public sealed class DatasetClientTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_case_list_is_looked_at_before_files_are_sent_and_staged_when_they_are_there()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);

        var outcome = await client.Datasets.AppendAsync(Source("chest"));
        var again = await client.Datasets.AppendAsync(Source("chest"));

        Assert.Equal((false, true), (outcome.WasThere, again.WasThere));
        Assert.Equal(["may I, 0 sent", "begin, 0 sent", "check, 0 sent", "stage 0, 2 sent", "commit, 2 sent", "may I, 2 sent", "begin, 2 sent"], platform.Asked);
    }

    [Fact]
    public async Task Where_the_case_list_is_refused_nothing_is_sent()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);

        var refusal = await Assert.ThrowsAsync<HermesException>(() => client.Datasets.AppendAsync(Source("known")));

        Assert.Equal(("Nothing is new.", 0), (refusal.Message, platform.Puts));
    }

    private DatasetSource Source(string name) => new()
    {
        Declaration = new DatasetDeclaration { Name = name, Modality = "ct", Labels = [new LabelEntry(1, "lung", $"{name}/lung")] },
        Cases = [new CaseFiles("a", Scans.Write(_folder.At("a.nii.gz"), Scans.Image(1)), Scans.Write(_folder.At("a_gt.nii.gz"), Scans.Label()))],
    };
}
