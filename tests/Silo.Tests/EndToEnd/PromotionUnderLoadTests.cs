using System.Collections.Concurrent;
using Hermes.Client;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>What is served changes while it is asked: nobody is turned away, and every answer says what it came of.</summary>
public sealed class PromotionUnderLoadTests : IDisposable
{
    private const int Clients = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Eight_clients_are_answered_without_a_failure_through_three_promotions_and_two_rollbacks() => ServeAsync(rounds: 1, "one", "two", "three");

    [Fact]
    [Trait("Length", "Long")]
    public Task Eight_clients_are_answered_without_a_failure_through_ten_times_five_promotions_and_two_rollbacks() =>
        ServeAsync(rounds: 10, "one", "two", "three", "four", "five");

    private async Task ServeAsync(int rounds, params string[] learned)
    {
        await using var platform = await Platform.StartAsync(_folder.At("data"));
        await platform.DoAsync(Platform.AddArguments("trunk", Scans.WriteCases(_folder.At("trunk"))));
        await platform.DoAsync("train", "--name", "first", "--preset", "tiny", "--steps", "2", "--wait");
        foreach (var name in learned)
        {
            await platform.DoAsync(Platform.AddArguments(name, Scans.WriteCases(_folder.At(name))));
            await platform.Client.Updates.CreateAsync(name, new UpdateRequest { Datasets = [$"local/{name}"], Steps = 1 });
            await Platform.UntilAsync(async () => (await platform.Client.Updates.GetAsync(name)).State == UpdateState.Certified);
        }

        var images = new List<BlobRef>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_folder.At("trunk"), "images")))
        {
            images.Add(await platform.Client.Blobs.UploadAsync(file));
        }

        using var ending = new CancellationTokenSource();
        var answers = new ConcurrentQueue<(string Asked, SegmentationResult Result)>();
        var asking = Enumerable.Range(0, Clients).Select(n => AskAsync(platform.Client, images, n, answers, ending.Token)).ToList();
        for (var round = 0; round < rounds; round++)
        {
            await ChangeAsync(platform, learned, asking, answers, isFirst: round == 0);
        }

        await AnsweredAsync(asking, answers, Clients);
        await ending.CancelAsync();
        await Task.WhenAll(asking);

        var versions = (await platform.Client.Models.GetAsync(Names.DefaultModel)).Versions.ToDictionary(v => $"{v.Model}@{v.Version}");
        Assert.All(answers, answer =>
        {
            // The answer may have been computed for another version of the same trunk and branch.
            var (asked, of) = (versions[answer.Asked].Content, versions[answer.Result.Model!].Content);
            Assert.Equal(asked.Package, of.Package);
            Assert.Equal(Branch(asked, answer.Result.PromptGroup), Branch(of, answer.Result.PromptGroup));
        });
        Assert.True(answers.Select(a => a.Asked).Distinct().Count() > learned.Length, string.Join(' ', answers.Select(a => a.Asked).Distinct()));
    }

    private static async Task ChangeAsync(Platform platform, string[] learned, List<Task> asking, ConcurrentQueue<(string, SegmentationResult)> answers, bool isFirst)
    {
        foreach (var name in learned)
        {
            if (isFirst)
            {
                await platform.Client.Updates.PromoteAsync(name);
            }
            else
            {
                await platform.Client.Models.MakeLiveAsync(new ModelReference(Names.DefaultModel, $"{2 + Array.IndexOf(learned, name)}"), []);
            }

            await AnsweredAsync(asking, answers, Clients);
        }

        await platform.Client.Models.RollbackAsync(Names.DefaultModel);
        await AnsweredAsync(asking, answers, Clients);
        await platform.Client.Models.RollbackAsync(Names.DefaultModel);
        await AnsweredAsync(asking, answers, Clients);
        var groups = (await platform.Client.Models.ResolveAsync(new ModelReference(Names.DefaultModel, null))).Content.Branches.Select(b => b.Group.Name);
        await platform.Client.Models.MakeLiveAsync(new ModelReference(Names.DefaultModel, "1"), [.. groups]);
    }

    // The same small volumes without pause: to the newest branch there is, and to the trunk; every fourth question is one that no stored answer serves.
    private static async Task AskAsync(
        HermesClient client, List<BlobRef> images, int number, ConcurrentQueue<(string, SegmentationResult)> answers, CancellationToken cancellationToken)
    {
        for (var turn = number; !cancellationToken.IsCancellationRequested; turn++)
        {
            var version = await client.Models.ResolveAsync(new ModelReference(Names.DefaultModel, null), CancellationToken.None);
            var group = turn % 2 == 0 ? version.Content.PromptGroups[0].Name : version.Content.Groups().ElementAt(turn % version.Content.Groups().Count()).Name;
            var question = PromptResolution.Resolve(new SegmentationQuestion { Image = images[turn % images.Count], PromptGroup = group }, version);
            question = turn % 4 == 3 ? question with { Probe = $"client {number}, turn {turn}" } : question;
            answers.Enqueue((question.Model, await client.Segmentations.AnswerAsync(question, null, CancellationToken.None)));
        }
    }

    private static async Task AnsweredAsync(List<Task> asking, ConcurrentQueue<(string, SegmentationResult)> answers, int more)
    {
        var enough = answers.Count + more;
        await Platform.UntilAsync(() => asking.Find(a => a.IsFaulted) is { } failed ? throw failed.Exception! : Task.FromResult(answers.Count >= enough));
    }

    private static string? Branch(ModelVersionContent content, string group) => content.Branches.FirstOrDefault(b => b.Group.Name == group)?.Package.Sha256;
}
