namespace Hermes.Cli.Tests.Verbs;

public sealed class DatasetAddVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DatasetAddVerbTests()
    {
        _folder.File("images/a_0000.nii.gz");
        _folder.File("images/b_0000.nii.gz");
        _folder.File("images/lonely.nii.gz");
        _folder.File("labels/a.nii.gz");
        _folder.File("labels/b_gt.nii.gz");
        _folder.File("labels/stray.nii.gz");
        _folder.File("names.json", """{"1": "liver", "2": "spleen"}""");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_dry_run_says_what_would_be_added_and_needs_no_platform()
    {
        var result = await AddAsync("chest", "--split", "test", "--share", "liver=amos/liver", "--dry-run", "--json", "--address", "127.0.0.1:9");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, result.Json.GetProperty("cases").GetInt32());
        Assert.Equal(["a", "b"], result.Json.GetProperty("caseList").EnumerateArray().Select(c => c.GetProperty("case").GetString()));
        Assert.All(result.Json.GetProperty("caseList").EnumerateArray(), c => Assert.Equal("test", c.GetProperty("split").GetString()));
        Assert.Equal(["amos/liver", "chest/spleen"], result.Json.GetProperty("labels").EnumerateArray().Select(l => l.GetProperty("task").GetString()));
        Assert.EndsWith("lonely.nii.gz", Assert.Single(result.Json.GetProperty("imagesWithoutLabel").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.EndsWith("stray.nii.gz", Assert.Single(result.Json.GetProperty("labelsWithoutImage").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Contains("lonely.nii.gz", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bad name", "'bad name'")]
    [InlineData("../chest", "'../chest'")]
    public async Task A_name_that_cannot_be_one_is_refused(string name, string said)
    {
        var result = await AddAsync(name, "--dry-run");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_map_that_is_none_is_refused_by_its_name()
    {
        _folder.File("names.json", "{\"1\": \"liver\",\n \"x\": \"spleen\"}");

        var result = await AddAsync("chest", "--dry-run", "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith("names.json", result.Json.GetProperty("file").GetString(), StringComparison.Ordinal);
        Assert.Contains("'x'", result.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_share_that_is_none_is_wrong_usage() =>
        Assert.Equal(2, (await AddAsync("chest", "--dry-run", "--share", "liver")).ExitCode);

    private Task<HermesProcess> AddAsync(string name, params string[] more) => HermesProcess.RunAsync(
    [
        "dataset", "add", name, "--modality", "ct", "--images", Path.Combine(_folder.Path, "images"), "--labels", Path.Combine(_folder.Path, "labels"),
        "--label-names", Path.Combine(_folder.Path, "names.json"), .. more,
    ]);
}
