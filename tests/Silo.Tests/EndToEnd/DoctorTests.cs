namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>The doctor and a platform of its own; what it says of a cluster, <see cref="NetworkClusterTests"/> shows.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Database_and_blobs_of_one_machine_are_looked_at_in_the_data_directory_of_the_platform_that_answers()
    {
        await using var platform = await Platform.StartAsync(_folder.At("data"));

        var own = await FoundAsync(platform);
        var another = await FoundAsync(platform, "--data-dir", _folder.At("another"));

        Assert.StartsWith("whole, ", own["database"], StringComparison.Ordinal);
        Assert.Equal(("the folder is readable", _folder.At("data")), (own["blobs"], own["data"]));
        Assert.Matches($@"^answers at {platform.Silo.Address}; roles keep, compute; site local; cpu with [\d.]+ GiB$", own["silo silo"]);
        Assert.Equal($"{_folder.At("data/hermes.db")}, which answers the silo", another["database"]);
    }

    private static async Task<Dictionary<string, string>> FoundAsync(Platform platform, params string[] more) =>
        (await platform.DoAsync(["doctor", .. more])).Json.GetProperty("findings").EnumerateArray().ToDictionary(f => f.GetProperty("subject").GetString()!, f => f.GetProperty("found").GetString()!);
}
