using System.Text.Json;

namespace Hermes.Cli.Tests;

public sealed class ExitCodeTests : IDisposable
{
    private const string Nobody = "127.0.0.1:9";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData("fly")]
    [InlineData("train")]
    [InlineData("run", "show")]
    [InlineData("dataset", "list", "--loud")]
    [InlineData("train", "--name", "a", "--preset", "tiny", "--config", "b.yaml")]
    [InlineData("segment", "scan.nii.gz", "-o", "mask.png")]
    public async Task Wrong_usage_is_2_and_points_to_the_help(params string[] arguments)
    {
        // Some of these look at files first.
        File.Copy(_folder.File("scan.nii.gz"), "scan.nii.gz", overwrite: true);

        var result = await HermesProcess.RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("hint:", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Wrong_usage_is_told_as_json_where_json_was_asked_for()
    {
        var result = await HermesProcess.RunAsync("train", "--json");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--name", result.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(["error", "file", "hint"], result.Json.EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("dataset", "list")]
    [InlineData("dataset", "show", "a")]
    [InlineData("train", "--name", "a")]
    [InlineData("run", "list")]
    [InlineData("run", "show", "a")]
    [InlineData("run", "watch", "a")]
    [InlineData("run", "cancel", "a")]
    [InlineData("run", "resume", "a")]
    [InlineData("model", "list")]
    [InlineData("model", "show", "a")]
    [InlineData("evaluate", "--dataset", "a", "--model", "b")]
    public async Task Without_a_platform_every_verb_names_the_address_and_how_to_start_one(params string[] arguments)
    {
        var result = await HermesProcess.RunAsync([.. arguments, "--json", "--address", Nobody]);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"No platform answers at {Nobody}.", result.Json.GetProperty("error").GetString());
        Assert.Equal(JsonValueKind.Null, result.Json.GetProperty("file").ValueKind);
        Assert.Contains("hermes serve", result.Json.GetProperty("hint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_1_and_names_the_file()
    {
        var missing = Path.Combine(_folder.Path, "missing.nii.gz");

        var result = await HermesProcess.RunAsync("segment", missing, "-o", Path.Combine(_folder.Path, "out.nii.gz"), "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(missing, result.Json.GetProperty("file").GetString());
    }

    [Fact]
    public async Task An_output_that_exists_is_not_replaced()
    {
        var input = _folder.File("scan.nii.gz");
        var output = _folder.File("out.nii.gz", "mine");

        var result = await HermesProcess.RunAsync("segment", input, "-o", output, "--address", Nobody);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("exists already", result.Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(output));
    }

    [Theory]
    [InlineData("segment", "scan.nii.gz", "-o", "scan.nii.gz", "--force")]
    [InlineData("segment", "scan.nii.gz", "-o", "taken.nii.gz", "--separate")]
    [InlineData("segment", "scan.nii.gz", "-o", "taken.json/out.nii.gz")]
    [InlineData("evaluate", "--dataset", "a", "-o", "taken.json")]
    [InlineData("evaluate", "--dataset", "a", "-o", "taken.json/report.json")]
    [InlineData("evaluate", "--dataset", "a", "-o", "/dev/null", "--force")]
    public async Task An_output_that_cannot_be_is_refused_before_a_platform_is_looked_for(params string[] arguments)
    {
        var names = new[] { "scan.nii.gz", "taken.json" };
        names.ToList().ForEach(name => _folder.File(name));

        var result = await HermesProcess.RunAsync([.. arguments.Select(a => a.Contains('.', StringComparison.Ordinal) ? _folder.At(a) : a), "--address", Nobody, "--json"]);

        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain(Nobody, result.Output, StringComparison.Ordinal);
        Assert.NotEqual(JsonValueKind.Null, result.Json.GetProperty("file").ValueKind);
        Assert.Equal(names, Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Test_is_done_by_the_script()
    {
        var result = await HermesProcess.RunAsync("test");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("./hermes test", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_platform_that_cannot_start_ends_serve_with_its_own_sentence()
    {
        // A folder of programs that holds none: the silo cannot be found.
        var environment = new Dictionary<string, string> { ["HERMES_PROGRAMS"] = _folder.Path };

        var result = await HermesProcess.RunAsync(environment, "serve", "--data-dir", Path.Combine(_folder.Path, "data"), "--address", Nobody);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("hermes-silo.dll is missing", result.Error, StringComparison.Ordinal);
    }
}
