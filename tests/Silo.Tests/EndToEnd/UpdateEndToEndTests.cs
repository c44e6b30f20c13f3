using System.Diagnostics;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>A model grows on real processes, some of them killed: to the same bits, and no earlier answer moves.</summary>
public sealed class UpdateEndToEndTests(LearnedTrunk learned) : IClassFixture<LearnedTrunk>
{
    private static readonly UpdateRequest Request = new() { Datasets = ["local/phantom_pet"], Steps = 12, Seed = 7 };

    [Fact]
    public async Task An_update_whose_processes_are_killed_gives_the_bits_of_an_undisturbed_one_and_is_taken_back_without_a_trace()
    {
        var (expected, _) = await GrownAsync("undisturbed", _ => Task.CompletedTask);
        var (found, certificate) = await GrownAsync("killed", async platform =>
        {
            var run = (await platform.UpdateAsync("grow", u => u.Branches is [{ IsBegun: true }])).Branches[0].Run;
            await platform.WaitAsync(run, r => r is { State: RunState.Running, Step: >= 3, Checkpoints.Count: > 0 });
            foreach (var worker in platform.Workers())
            {
                using var process = Process.GetProcessById(worker);
                process.Kill();
            }

            await platform.WaitAsync(run, r => r is { State: RunState.Running, Phase: "train", Step: >= 6 });
            await platform.Silo.KillAsync();
        });

        Assert.Equal(expected, found);
        Assert.True(certificate.IsGranted);
        Assert.Equal(2, certificate.Probes.Count);
        Assert.Equal("phantom_pet/lesion", Assert.Single(certificate.NewTasks).Task);
    }

    [Fact]
    public async Task A_new_trunk_is_learned_measured_accepted_served_and_taken_back()
    {
        await using var platform = await Platform.StartAsync(learned.Copy("decoder"));
        var before = await platform.ResolveAsync();

        await platform.Client.Updates.CreateAsync("grow", Request with { Policy = UpdatePolicy.Decoder, Steps = 6, Tolerance = 1, Baseline = true });
        var certified = await platform.UpdateAsync("grow", u => u.State == UpdateState.Certified);
        var refused = await Assert.ThrowsAsync<HermesException>(() => platform.Client.Updates.PromoteAsync("grow"));
        Assert.Contains("a person must accept", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before.Version, (await platform.ResolveAsync()).Version);
        await platform.Client.Updates.PromoteAsync("grow", accept: true);

        var grown = await platform.ResolveAsync();
        Assert.Equal(certified.Certificate!.NewTrunk, grown.Content.Package.Sha256);
        Assert.Equal(["phantom_ct", "phantom_pet"], grown.Content.PromptGroups.Select(g => g.Name));
        Assert.NotNull(Assert.Single(certified.Certificate.NewTasks).Baseline);
        var pet = new SegmentationQuestion
        {
            Image = await platform.Client.Blobs.UploadAsync(learned.Scan("phantom_pet", "pet")), PromptGroup = "phantom_pet",
        };
        var answer = await platform.Client.Segmentations.AnswerAsync(PromptResolution.Resolve(pet, grown));
        Assert.Equal("phantom_pet/lesion", Assert.Single(answer.Tasks).Task);
        Assert.Equal(before.Content.Digest(), (await platform.Client.Models.RollbackAsync(Names.DefaultModel)).Content.Digest());
    }

    private async Task<(string Digest, UpdateCertificate Certificate)> GrownAsync(string name, Func<Platform, Task> disturb)
    {
        var data = learned.Copy(name);
        SegmentationQuestion question;
        await using (var platform = await Platform.StartAsync(data))
        {
            question = new SegmentationQuestion { Image = await platform.Client.Blobs.UploadAsync(learned.Scan("phantom_ct", "ct")) };

            await platform.Client.Updates.CreateAsync("grow", Request);
            await disturb(platform);
        }

        await using var last = await Platform.StartAsync(data);
        var certified = await last.UpdateAsync("grow", u => u.State == UpdateState.Certified);
        var trunk = await last.ResolveAsync();
        var before = (await last.QuestionAsync(question)).Key();
        var promoted = await last.Client.Updates.PromoteAsync("grow");
        var grown = await last.ResolveAsync();

        Assert.Equal((2, 2), (promoted.PromotedVersion, grown.Version));
        Assert.Equal(before, PromptResolution.Resolve(question, grown).Key());
        var pet = question with { PromptGroup = "phantom_pet" };
        var answer = await last.Client.Segmentations.AnswerAsync(PromptResolution.Resolve(pet, grown));
        Assert.Equal("phantom_pet/lesion", Assert.Single(answer.Tasks).Task);

        Assert.Equal(trunk.Content.Digest(), (await last.Client.Models.RollbackAsync(Names.DefaultModel)).Content.Digest());
        Assert.Equal(1, (await last.ResolveAsync()).Version);
        return (grown.Content.Digest(), certified.Certificate!);
    }
}
