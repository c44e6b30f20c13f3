namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>What an update would be, told by the real command, silo and worker.</summary>
[Collection(SharedPlatformCollection.Name)]
public sealed class UpdatePreviewTests(SharedPlatform shared)
{
    private Platform Platform => shared.Platform;

    [Fact]
    public async Task A_preview_asks_old_groups_about_new_cases_and_its_nearest_priors_are_those_of_the_update()
    {
        Assert.Equal(0, (await Platform.AddAsync("crates", shared.Cases("crates"))).ExitCode);

        var quick = await PreviewAsync("--quick");
        var preview = await PreviewAsync();
        var created = await Platform.HermesAsync("update", "create", "--from", "universal@1", "--datasets", "crates", "--init", "nearest", "--budget", "1", "--name", "crates", "--wait");

        Assert.True(created.ExitCode == 0, created.Output + created.Error);
        Assert.Equal(0, quick.Json.GetProperty("answered").GetInt32());
        Assert.Equal(preview.Json.GetProperty("questions").GetInt32(), preview.Json.GetProperty("answered").GetInt32());
        Assert.Empty(preview.Json.GetProperty("conflicts").EnumerateArray());
        Assert.True(preview.Json.GetProperty("branches")[0].GetProperty("seconds").GetDouble() > 0);
        var structure = Assert.Single(preview.Json.GetProperty("structures").EnumerateArray());
        var nearest = Assert.Single(structure.GetProperty("nearest").EnumerateArray());
        Assert.Equal(("crates/box", "boxes/box"), (structure.GetProperty("task").GetString(), nearest.GetProperty("task").GetString()));
        Assert.InRange(nearest.GetProperty("dice").GetDouble(), 0, 1);
        Assert.Equal(1, nearest.GetProperty("volumeOverlap").GetDouble());
        var initial = Assert.Single((await Platform.Client.Updates.GetAsync("crates")).Branches).InitialPriors;
        Assert.Equal(structure.GetProperty("initialTask").GetString(), initial.GetValueOrDefault("crates/box"));
    }

    private async Task<HermesProcess> PreviewAsync(params string[] more)
    {
        var preview = await Platform.HermesAsync(["update", "preview", "--from", "universal@1", "--datasets", "crates", "--budget", "1", .. more]);
        Assert.True(preview.ExitCode == 0, preview.Output + preview.Error);
        return preview;
    }
}
