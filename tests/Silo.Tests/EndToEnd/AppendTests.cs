using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Cases appended through the real command, silo and worker: another version, and the one before it whatever happens.</summary>
[Collection(SharedPlatformCollection.Name)]
public sealed class AppendTests(SharedPlatform shared)
{
    private Platform Platform => shared.Platform;

    [Fact]
    public async Task New_cases_make_the_next_version_and_what_was_there_stays_as_it_was()
    {
        await AddAsync(Platform, "growing");
        var before = await Platform.Client.Datasets.GetCasesAsync("local/growing").ToListAsync();
        var folder = More("growing-more");

        var planned = await AppendAsync("growing", folder, "--dry-run");
        var appended = await AppendAsync("growing", folder, "--label-names", Path.Combine(folder, "names.json"), "--split", "test");
        var shown = await Platform.HermesAsync("dataset", "show", "growing");

        Assert.True(planned.ExitCode == 0 && planned.Json.GetProperty("dryRun").GetBoolean(), planned.Output + planned.Error);
        Assert.True(appended.ExitCode == 0, appended.Output + appended.Error);
        Assert.Equal("READY", appended.Json.GetProperty("state").GetString());
        Assert.Equal((2, 4), (appended.Json.GetProperty("version").GetInt32(), appended.Json.GetProperty("cases").GetInt32()));
        Assert.Equal(["a", "b", "c", "d"], shown.Json.GetProperty("caseList").EnumerateArray().Select(c => c.GetProperty("case").GetString()));
        Assert.Equal(Told(before), Told(await Platform.Client.Datasets.GetCasesAsync("local/growing", 1).ToListAsync()));
        var after = await Platform.Client.Datasets.GetCasesAsync("local/growing", 2).ToListAsync();
        Assert.Equal(Told(before), Told(after.Take(3)));
        Assert.Equal(("d", Split.Test), (after[3].CaseId, after[3].Split));
        Assert.Contains("growing Ready 2 4", await Platform.ListAsync());
    }

    [Fact]
    public async Task What_cannot_be_appended_is_told_and_the_dataset_stays_as_it_was()
    {
        await AddAsync(Platform, "staying");
        var (same, bad, other) = (shared.Cases("staying"), More("staying-bad"), More("staying-other"));
        Scans.Write(Path.Combine(bad, "labels", "d.nii.gz"), Scans.Label(value: 9));
        await File.WriteAllTextAsync(Path.Combine(other, "names.json"), """{"1": "cube"}""");

        await AssertRefusedAsync("Nothing is new: dataset 'staying' has all 3 cases already.", same);
        await AssertRefusedAsync("found label 9 in 512 voxels, expected only labels of the label table (1 box)", bad);
        await AssertRefusedAsync(
            "Where dataset 'staying' has 1 box (staying/box), this label map has 1 cube (staying/cube)", other, "--label-names", Path.Combine(other, "names.json"));
        await AssertRefusedAsync("holds images of the modality 'ct', not 'pet'", other, "--modality", "pet");

        var used = await Platform.HermesAsync("train", "--name", "staying", "--model", "staying", "--preset", "tiny", "--steps", "1", "--datasets", "staying", "--wait");
        Assert.True(used.ExitCode == 0, used.Output + used.Error);

        async Task AssertRefusedAsync(string sentence, string folder, params string[] more)
        {
            var refused = await AppendAsync("staying", folder, more);
            Assert.True(refused.ExitCode == 1, refused.Output + refused.Error);
            Assert.Contains(sentence, refused.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
            Assert.Contains("staying Ready 1 3", await Platform.ListAsync());
        }
    }

    [Fact]
    public async Task An_append_that_was_cut_off_goes_on_and_repeating_it_only_looks_at_the_end()
    {
        await AddAsync(Platform, "cut");
        var folder = More("cut-more");
        using (Platform.HoldWorkers())
        {
            await CutOffAsync(Platform, "cut", folder);
            Assert.Contains("cut Appending 1 3", await Platform.ListAsync());
        }

        await Platform.UntilAsync(async () => (await Platform.Client.Datasets.GetAsync("local/cut")).State == DatasetState.Ready);
        var repeated = await AppendAsync("cut", folder);
        var again = await AppendAsync("cut", folder);

        Assert.True(repeated.ExitCode == 0, repeated.Output + repeated.Error);
        Assert.Equal((2, 4), (repeated.Json.GetProperty("version").GetInt32(), repeated.Json.GetProperty("cases").GetInt32()));
        Assert.Equal(1, again.ExitCode);
        Assert.Equal("Nothing is new: dataset 'cut' has all 1 cases already.", again.Json.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_silo_that_was_killed_in_the_middle_of_an_append_goes_on_with_it()
    {
        using var directory = new TemporaryFolder();
        await using (var platform = await Platform.StartAsync(directory.Path))
        {
            await AddAsync(platform, "killed");
            using (platform.HoldWorkers())
            {
                await CutOffAsync(platform, "killed", More("killed-more"));
                await platform.Silo.KillAsync();
            }
        }

        await using var last = await Platform.StartAsync(directory.Path);
        await Platform.UntilAsync(async () => (await last.ListAsync()).Contains("killed Ready 2 4"));
    }

    [Fact]
    public async Task An_append_is_given_up_by_cancel()
    {
        await AddAsync(Platform, "given");
        Task<HermesProcess> appending;
        using (Platform.HoldWorkers())
        {
            appending = AppendAsync("given", More("given-more"));
            await Platform.UntilAsync(async () => (await Platform.Client.Datasets.GetAsync("local/given")).State == DatasetState.Appending);
            Assert.Equal(0, (await Platform.HermesAsync("dataset", "cancel", "given")).ExitCode);
        }

        var given = await appending;
        Assert.Equal((1, "The append was cancelled."), (given.ExitCode, given.Json.GetProperty("error").GetString()));
        Assert.Contains("given Ready 1 3", await Platform.ListAsync());
    }

    private async Task AddAsync(Platform platform, string name)
    {
        var added = await platform.AddAsync(name, shared.Cases(name));
        Assert.True(added.ExitCode == 0, added.Output + added.Error);
    }

    /// <summary>Kills the command of an append when the platform looks into its case.</summary>
    private static async Task CutOffAsync(Platform platform, string name, string folder)
    {
        using var command = HermesProcess.Start(new Dictionary<string, string>(), [.. Arguments(name, folder), "--address", platform.Silo.Address]);
        var output = Task.WhenAll(command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        try
        {
            await Platform.UntilAsync(async () => (await platform.Client.Datasets.GetAsync($"local/{name}")).State == DatasetState.Appending);
        }
        finally
        {
            command.Kill();
        }

        await output;
    }

    private Task<HermesProcess> AppendAsync(string name, string folder, params string[] more) => Platform.HermesAsync([.. Arguments(name, folder), .. more]);

    private static string[] Arguments(string name, string folder) =>
        ["dataset", "append", name, "--images", Path.Combine(folder, "images"), "--labels", Path.Combine(folder, "labels")];

    /// <summary>A folder with one good case, d.</summary>
    private string More(string name)
    {
        var folder = shared.Cases(name);
        foreach (var part in new[] { "images", "labels" })
        {
            File.Move(Path.Combine(folder, part, "a.nii.gz"), Path.Combine(folder, part, "d.nii.gz"));
            File.Delete(Path.Combine(folder, part, "b.nii.gz"));
            File.Delete(Path.Combine(folder, part, "c.nii.gz"));
        }

        return folder;
    }

    private static IEnumerable<(string, Split, string)> Told(IEnumerable<CaseRecord> cases) => cases.Select(c => (c.CaseId, c.Split, c.Facts.Image.Sha256));
}
