using System.Globalization;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Years of growth on real processes: what a group answered once is what the network answers ever after.</summary>
public sealed class TwentyUpdatesTests : IDisposable
{
    private const int Updates = 20;
    private const int Withdrawals = 10;

    // With fewer some boxes are not found.
    private const int TrunkSteps = 60;
    private const int BranchSteps = 16;

    private readonly TemporaryFolder _folder = new();

    // What every group answered when it was first asked, to a case of its own.
    private readonly Dictionary<string, (BlobRef Image, string LabelMap)> _first = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Length", "Long")]
    public async Task Twenty_updates_a_restart_and_ten_withdrawals_move_no_bit_of_any_answer()
    {
        await using (var platform = await StartAsync())
        {
            await GrowingModel.TrainAsync(platform, _folder.Path, TrunkSteps);
            foreach (var group in GrowingModel.OfTrunk)
            {
                await RememberAsync(platform, group);
            }

            for (var number = 1; number <= Updates; number++)
            {
                await GrowAsync(platform, string.Create(CultureInfo.InvariantCulture, $"group{number:00}"));
            }

            await AssertComparisonCanFailAsync(platform);
            await platform.Silo.KillAsync();
        }

        await using var again = await StartAsync();
        await AssertUnmovedAsync(again, "after a restart");

        var grown = (await again.ResolveAsync()).Content;
        var learned = grown.Branches.Select(b => b.Group.Name).Order(StringComparer.Ordinal).ToArray();
        new Random(10).Shuffle(learned);
        foreach (var group in learned.Take(Withdrawals))
        {
            await again.Client.Datasets.WithdrawAsync($"local/{group}");
            await Platform.UntilAsync(async () => (await again.ResolveAsync()).Content.Branches.All(b => b.Group.Name != group));
            _first.Remove(group);
        }

        await AssertUnmovedAsync(again, "after withdrawals");
        var left = (await again.ResolveAsync()).Content;
        Assert.Equal(_first.Keys.Order(StringComparer.Ordinal), left.Groups().Select(g => g.Name).Order(StringComparer.Ordinal));
        Assert.Equal((grown with { Branches = [.. grown.Branches.Where(b => _first.ContainsKey(b.Group.Name))] }).Digest(), left.Digest());
    }

    private Task<Platform> StartAsync() => Platform.StartAsync(_folder.At("data"), "--checkpoint-seconds", "30");

    private async Task GrowAsync(Platform platform, string name)
    {
        await GrowingModel.AddAsync(platform, _folder.At(name), name);
        await platform.Client.Updates.CreateAsync(name, GrowingModel.Update(name, BranchSteps));
        var update = await platform.UpdateAsync(name, u => u.State == UpdateState.Promoted);

        Assert.Equal(_first.Keys.Order(StringComparer.Ordinal), update.Certificate!.Probes.Select(p => p.Group).Order(StringComparer.Ordinal));
        await AssertUnmovedAsync(platform, $"after {name}");
        await RememberAsync(platform, name);
    }

    private async Task RememberAsync(Platform platform, string group)
    {
        var image = (await platform.Client.Datasets.GetCasesAsync($"local/{group}").FirstAsync()).Facts.Image;
        var answer = await AnswerAsync(platform, await QuestionAsync(platform, group, image), "first");

        // That two empty masks are equal would say nothing.
        Assert.True(Assert.Single(answer.Tasks).VolumeMl > 0, $"'{group}' found nothing.");
        _first.Add(group, (image, answer.LabelMap!.Sha256));
    }

    private async Task AssertUnmovedAsync(Platform platform, string when)
    {
        foreach (var (group, (image, labelMap)) in _first)
        {
            var answer = await AnswerAsync(platform, await QuestionAsync(platform, group, image), when);
            Assert.True(answer.LabelMap!.Sha256 == labelMap, $"'{group}' answers differently {when}.");
        }
    }

    // With a branch wrongly switched on, a group of the trunk answers otherwise.
    private async Task AssertComparisonCanFailAsync(Platform platform)
    {
        var (group, (image, labelMap)) = _first.First();
        var branch = (await platform.ResolveAsync()).Content.Branches[0];
        var answer = await AnswerAsync(platform, await QuestionAsync(platform, group, image) with { Branch = branch.Package }, "by another's branch");
        Assert.NotEqual(labelMap, answer.LabelMap!.Sha256);
    }

    private static async Task<SegmentationRequest> QuestionAsync(Platform platform, string group, BlobRef image) =>
        PromptResolution.Resolve(new SegmentationQuestion { Image = image, PromptGroup = group }, await platform.ResolveAsync());

    // Stored answers are passed by: the network itself is asked.
    private static Task<SegmentationResult> AnswerAsync(Platform platform, SegmentationRequest question, string when) =>
        platform.Client.Segmentations.AnswerAsync(question with { Probe = when });
}
