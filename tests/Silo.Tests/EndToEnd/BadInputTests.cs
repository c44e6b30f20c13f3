using Hermes.Silo.Tests.Processes;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>What users do wrong, through the real command, silo and worker: a sentence, exit code 1, and nothing half-added.</summary>
[Collection(SharedPlatformCollection.Name)]
public sealed class BadInputTests(SharedPlatform shared)
{
    private const string VoxelLimit = "expected at most 536870912 voxels";

    public static TheoryData<string, string, string> WrongFiles => new()
    {
        { "labels/b.nii.gz", "unknown-label", "found label 9 in 512 voxels, expected only labels of the label table (1 box)" },
        { "labels/b.nii.gz", "elsewhere", "lies at (0, 0, 0) mm against (7, 0, 0) mm, 7 mm apart" },
        { "images/b.nii.gz", "truncated", "found 20000 bytes of voxels, expected 27648 bytes for 24×24×24 voxels" },
        { "labels/b.nii.gz", "truncated", "found 20000 bytes of voxels, expected 27648 bytes for 24×24×24 voxels" },
        { "images/b.nii.gz", "no-nifti", "expected a NIfTI-1 header" },
        { "images/b.nii.gz", "empty", "found an empty file, expected a NIfTI-1 volume" },
        { "images/b.nii.gz", "claims-much", "found the size 30000×30000×30000 (27000000000000 voxels), " + VoxelLimit },
        { "images/b.nii.gz", "is-large", "found the size 1024×1024×513 (537919488 voxels), " + VoxelLimit },
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public async Task A_wrong_file_is_named_and_nothing_is_added(string file, string fault, string sentence)
    {
        var folder = shared.Cases("wrong");
        var path = Path.Combine(folder, file);
        Damage(path, fault);
        var before = await shared.Platform.ListAsync();

        AssertRefused(await shared.Platform.AddAsync("wrong", folder), sentence, path);

        Assert.Equal(before, await shared.Platform.ListAsync());
    }

    [Fact]
    public async Task Of_many_bad_files_the_first_fifty_are_named_and_a_command_lists_all()
    {
        var folder = shared.Cases("many");
        foreach (var number in Enumerable.Range(0, 57))
        {
            Scans.Write(Path.Combine(folder, "images", $"x{number:00}.nii"), Scans.Image(number)[..9000]);
            Scans.Write(Path.Combine(folder, "labels", $"x{number:00}.nii"), Scans.Label());
        }

        var refused = await shared.Platform.AddAsync("many", folder);
        var listed = await shared.Platform.HermesAsync("dataset", "show", "many", "--refusals");

        AssertRefused(refused, "Nothing was added to 'many'; 57 problems were found:", Path.Combine(folder, "images", "x00.nii"));
        var lines = refused.Json.GetProperty("error").GetString()!.Split('\n')[1..];
        Assert.Equal("  and 7 more.", lines[^1]);
        Assert.Equal(
            Enumerable.Range(0, 50).Select(n => $"  {folder}/images/x{n:00}.nii: found"),
            lines[..^1].Select(line => line[..(line.IndexOf("found", StringComparison.Ordinal) + 5)]));
        Assert.Equal("See all of them with 'hermes dataset show many --refusals'.", refused.Json.GetProperty("hint").GetString());
        Assert.Equal(
            Enumerable.Range(0, 57).Select(n => $"{folder}/images/x{n:00}.nii"),
            listed.Json.GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("file").GetString()));
    }

    [Fact]
    public async Task What_is_unusual_is_told_by_the_add_and_stays_with_the_dataset()
    {
        var folder = shared.Cases("unusual");
        File.WriteAllText(Path.Combine(folder, "names.json"), """{"1": "box", "2": "ball"}""");
        File.WriteAllText(Path.Combine(folder, "images", "._a.nii.gz"), "left by a Mac");

        var added = await shared.Platform.AddAsync("unusual", folder);
        var shown = await shared.Platform.HermesAsync("dataset", "show", "unusual");

        Assert.Equal((0, 1), (added.ExitCode, added.Json.GetProperty("passedOver").GetInt32()));
        foreach (var document in new[] { added.Json, shown.Json })
        {
            Assert.StartsWith("ball (label 2) occurs in 0 of 3 cases", Assert.Single(document.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_refused_add_is_not_listed_and_completes_when_its_file_was_mended()
    {
        var folder = shared.Cases("mended");
        var path = Path.Combine(folder, "labels", "b.nii.gz");
        Damage(path, "unknown-label");
        await shared.Platform.AddAsync("mended", folder);
        var listed = await shared.Platform.HermesAsync("dataset", "list");
        Assert.DoesNotContain("mended", listed.Json.EnumerateArray().Select(d => d.GetProperty("name").GetString()));

        Scans.Write(path, Scans.Label());
        var added = await shared.Platform.AddAsync("mended", folder);

        Assert.Equal((0, 3, 1), (added.ExitCode, added.Json.GetProperty("cases").GetInt32(), added.Json.GetProperty("version").GetInt32()));
    }

    [Theory]
    [InlineData("truncated", "found 20000 bytes of voxels, expected 27648 bytes")]
    [InlineData("no-nifti", "expected a NIfTI-1 header")]
    [InlineData("claims-much", VoxelLimit)]
    public async Task A_scan_that_cannot_be_read_is_named_and_no_output_appears(string fault, string sentence)
    {
        using var folder = new TemporaryFolder();
        var scan = Scans.Write(folder.At("scan.nii.gz"), Scans.Image(1));
        Damage(scan, fault);

        AssertRefused(await shared.Platform.HermesAsync("segment", scan, "-o", folder.At("out.nii.gz")), sentence, scan);

        Assert.Equal([scan], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("--tasks", "boxes/liver", "Model universal@1 does not know the task 'boxes/liver'.", "It knows boxes/box.")]
    [InlineData("--modality", "xray", "Model universal@1 does not know the modality 'xray'.", "It knows ct.")]
    [InlineData("--dataset", "chest", "Model universal@1 has no prompt group 'chest'.", "It has boxes (ct)")]
    [InlineData("--model", "other", "There is no model 'other'.", "hermes model list")]
    public async Task A_question_about_something_unknown_is_told_what_is_known(string option, string value, string sentence, string hint)
    {
        using var folder = new TemporaryFolder();
        var scan = Scans.Write(folder.At("scan.nii.gz"), Scans.Image(2));

        var refused = await shared.Platform.HermesAsync("segment", scan, "-o", folder.At("out.nii.gz"), option, value);

        AssertRefused(refused, sentence);
        Assert.Contains(hint, refused.Json.GetProperty("hint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sharing_a_task_that_no_dataset_declared_is_refused()
    {
        var before = await shared.Platform.ListAsync();

        AssertRefused(
            await shared.Platform.AddAsync("sharing", shared.Cases("sharing"), "--share", "box=chest/box"),
            "'box' shares the task 'chest/box', which no dataset has declared.");
        Assert.Equal(before, await shared.Platform.ListAsync());
    }

    [Fact]
    public async Task An_empty_folder_is_named()
    {
        var folder = shared.Cases("emptied");
        var images = Path.Combine(folder, "images");
        Directory.Delete(images, recursive: true);
        Directory.CreateDirectory(images);

        AssertRefused(await shared.Platform.AddAsync("emptied", folder), $"The folder {images} holds no image: no file ends in .nii or .nii.gz.", images);
    }

    [Fact]
    public async Task A_name_that_exists_is_refused_whether_its_cases_are_the_same_or_others()
    {
        var before = await shared.Platform.ListAsync();

        AssertRefused(await shared.Platform.AddAsync(SharedPlatform.Dataset, shared.Cases(SharedPlatform.Dataset)), "exists already, with exactly these 3 cases.");
        AssertRefused(await shared.Platform.AddAsync(SharedPlatform.Dataset, shared.Cases("other-cases")), $"Dataset '{SharedPlatform.Dataset}' exists.");

        Assert.Equal(before, await shared.Platform.ListAsync());
    }

    [Fact]
    public async Task A_second_platform_on_the_same_data_directory_or_address_ends_at_once()
    {
        using var folder = new TemporaryFolder();

        AssertRefused(
            await HermesProcess.RunAsync("serve", "--json", "--data-dir", shared.DataDirectory, "--address", SiloProcess.FreeAddress()),
            $"Another silo, process {shared.Platform.Silo.Id}, works on the data directory {shared.DataDirectory}.");
        AssertRefused(
            await HermesProcess.RunAsync("serve", "--json", "--data-dir", folder.Path, "--address", shared.Platform.Silo.Address),
            $"The address {shared.Platform.Silo.Address} cannot be used: Address already in use.");
    }

    private static void Damage(string path, string fault)
    {
        if (fault == "empty")
        {
            File.WriteAllBytes(path, []);
            return;
        }

        Scans.Write(path, fault switch
        {
            "unknown-label" => (byte[][])[Scans.Label(value: 9)],
            "elsewhere" => [Scans.Label(originMm: 7)],
            "truncated" => [Scans.Image(3)[..20_352]],
            "no-nifti" => ["These bytes are a letter to the radiologist and not a scan. "u8.ToArray(), new byte[1000]],
            "claims-much" => [Scans.Header(30_000, 30_000, 30_000), new byte[1000]],
            "is-large" => [Scans.Header(1024, 1024, 513), .. Enumerable.Repeat(new byte[1 << 21], 513)],
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "There is no such fault."),
        });
    }

    private static void AssertRefused(HermesProcess result, string sentence, string? file = null)
    {
        Assert.True(result.ExitCode == 1, $"{result.ExitCode}: {result.Output} {result.Error}");
        Assert.Contains(sentence, result.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        if (file is not null)
        {
            Assert.Equal(file, result.Json.GetProperty("file").GetString());
        }
    }
}
