namespace Hermes.Cli.Tests.Verbs;

public sealed class DatasetAddVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DatasetAddVerbTests()
    {
        Scans.Write(_folder.At("images/a_0000.nii.gz"), Scans.Image(1));
        Scans.Write(_folder.At("images/b_0000.nii.gz"), Scans.Image(2));
        _folder.File("images/a_0001.nii.gz");
        _folder.File("images/._a_0000.nii.gz");
        _folder.File("images/lonely.nii.gz");
        Scans.Write(_folder.At("labels/a.nii.gz"), Scans.Label());
        Scans.Write(_folder.At("labels/b_gt.nii.gz"), Scans.Label());
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
        Assert.Equal(1, result.Json.GetProperty("passedOver").GetInt32());
        Assert.Contains("a_0001.nii.gz is a second channel", result.Error, StringComparison.Ordinal);
        Assert.Contains("passed over: 1 hidden file,", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("spleen (label 2) occurs in 0 of 2 cases", Assert.Single(result.Json.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_finds_what_the_add_would_find()
    {
        Scans.Write(_folder.At("images/b_0000.nii.gz"), Scans.Image(2)[..9000]);
        Scans.Write(_folder.At("labels/b_gt.nii.gz"), Scans.Label(value: 9));
        Scans.Write(_folder.At("labels/a.nii.gz"), Scans.Label(originMm: 7));

        var result = await AddAsync("chest", "--dry-run", "--address", "127.0.0.1:9");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error: 'chest' would be refused; 3 problems were found:", result.Error, StringComparison.Ordinal);
        Assert.Contains($"\n  {_folder.At("images/b_0000.nii.gz")}: found 8648 bytes of voxels", result.Error, StringComparison.Ordinal);
        Assert.Contains($"\n  {_folder.At("labels/b_gt.nii.gz")}: found label 9 in 512 voxels", result.Error, StringComparison.Ordinal);
        Assert.Contains($"\n  {_folder.At("labels/a.nii.gz")} and its image are not in the same physical space", result.Error, StringComparison.Ordinal);
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
