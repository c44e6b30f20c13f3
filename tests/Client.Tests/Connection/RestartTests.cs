using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Client.Tests.Connection;

public sealed class RestartTests
{
    private static readonly SegmentationRequest Question = new()
    {
        Model = "m@1",
        Package = new BlobRef("local", new string('1', 64), 1, MediaTypes.Safetensors),
        Image = new BlobRef("local", new string('0', 64), 1, MediaTypes.Nifti),
        Prompt = new DefinitePrompt { Modality = "ct", Tasks = ["a/b"], Wanted = [] },
    };

    [Fact]
    public async Task A_call_made_while_the_silo_is_away_is_answered_by_the_next_one()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);
        Assert.Equal(SegmentationState.Running, (await client.Segmentations.GetAsync(Question)).State);

        await platform.KillSiloAsync();
        var answer = client.Segmentations.GetAsync(Question);
        await platform.StartSiloAsync();

        Assert.Equal(SegmentationState.Running, (await answer.WaitAsync(TimeSpan.FromSeconds(50))).State);
        Assert.Equal(1002, client.Platform.ProcessId);
    }

    [Fact]
    public async Task A_stream_goes_on_after_the_last_number_when_the_silo_was_restarted()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var seen = new List<long>();

        await foreach (var e in client.Segmentations.WatchAsync(Question, 0, limit.Token))
        {
            seen.Add(e.Sequence);
            if (e.Sequence == TestSegmentationGrain.BeforeRestart)
            {
                await platform.KillSiloAsync();
                await platform.StartSiloAsync();
            }
        }

        Assert.Equal(Enumerable.Range(1, TestSegmentationGrain.Events).Select(n => (long)n), seen);
    }

    [Fact]
    public async Task Whoever_watches_changes_goes_on_when_the_silo_was_restarted_and_is_told_that_anything_may_have_changed()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var told = new List<string>();

        await foreach (var changes in client.WatchAsync(limit.Token))
        {
            told.Add(changes.IsEverything ? "everything" : Assert.Single(changes.Changes).Key);
            if (told.Count == 2)
            {
                await platform.KillSiloAsync();
                await platform.StartSiloAsync();
            }

            if (told.Count == 4)
            {
                break;
            }
        }

        Assert.Equal(["everything", "1001", "everything", "1002"], told);
    }

    [Fact]
    public async Task What_the_cluster_gave_up_though_its_caller_did_not_is_asked_again()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);

        Assert.Equal(SegmentationState.Running, (await client.Segmentations.AskAsync(Question)).State);

        Assert.Equal(2, platform.Questions);
    }

    [Fact]
    public async Task Why_an_actor_cannot_be_woken_is_told_at_once_and_not_taken_for_a_lost_connection()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);

        var refusal = await Assert.ThrowsAsync<HermesException>(() => client.Segmentations.CancelAsync(Question).WaitAsync(TimeSpan.FromSeconds(10)));

        Assert.Equal(TestSegmentationGrain.Newer, refusal.Message);
    }

    [Fact]
    public async Task Of_several_silos_it_is_one_that_answers_which_is_asked_how_it_is()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync($"127.0.0.1:9,{platform.Address}");

        Assert.Empty(await client.TroublesAsync());
    }

    [Fact]
    public async Task What_silos_noticed_is_told_of_all_and_one_that_is_gone_holds_nobody_up()
    {
        await using var platform = await TestPlatform.StartAsync();
        platform.Troubles = [new PlatformTrouble(PlatformHealth.Disk, "1 GiB of 100 GiB are free.", DateTimeOffset.UnixEpoch, 1)];
        SiloDescription[] silos = [new("gone", "127.0.0.1:9", "local", [], []), new("here", platform.Address, "local", [], [])];
        platform.Description = platform.Description! with { Members = silos };
        await using var client = await HermesClient.ConnectAsync(platform.Address);

        Assert.Equal([("disk", "here")], (await client.TroublesAsync()).Select(t => (t.Subject, t.Silo)));

        var refusal = await Assert.ThrowsAsync<HermesException>(() => client.HealthAsync(silos[0]));
        Assert.Equal("No platform answers at 127.0.0.1:9.", refusal.Message);
        Assert.Equal("No platform answers at 127.0.0.1:9.", (await Assert.ThrowsAsync<HermesException>(() => client.DescribeAsync(silos[0]))).Message);
        Assert.Equal(platform.Description, await client.DescribeAsync(silos[1]) with { Silos = platform.Description.Silos, Members = silos });
        Assert.Null(await client.SettingsAsync(silos[1]));
        Assert.Contains("does not say how it is", (await Assert.ThrowsAsync<HermesException>(() => client.HealthAsync(silos[1]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_silo_was_told_is_read_and_one_of_an_older_version_does_not_say()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var client = await HermesClient.ConnectAsync(platform.Address);

        Assert.Null(await client.SettingsAsync());
        platform.Settings = new ConfigReport([new SettingReport("site", "HERMES_SITE", "clinic", "in the option --site", "The site.")]);

        Assert.Equal("clinic", Assert.Single((await client.SettingsAsync())!.Settings).Value);
    }

    [Fact]
    public async Task Where_nobody_answers_the_address_is_named()
    {
        var refusal = await Assert.ThrowsAsync<HermesException>(() => HermesClient.ConnectAsync("127.0.0.1:9"));

        Assert.Equal("No platform answers at 127.0.0.1:9.", refusal.Message);
        Assert.Equal(Remedy.StartPlatform, refusal.Remedy);
    }
}
