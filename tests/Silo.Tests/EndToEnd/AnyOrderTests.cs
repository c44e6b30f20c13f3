using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>The same datasets in another order, on real processes that are killed: the same registry, the same version.</summary>
public sealed class AnyOrderTests : IDisposable
{
    private const int Orders = 12;
    private const int Steps = 4;

    private static readonly string[] Learned = ["one", "two", "three", "four", "five", "six"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Length", "Long")]
    public async Task Twelve_orders_of_six_datasets_with_doubles_and_a_killed_silo_make_one_registry_and_one_version()
    {
        await using (var platform = await Platform.StartAsync(_folder.At("trunk")))
        {
            await GrowingModel.TrainAsync(platform, _folder.Path, steps: 4);
            Assert.Equal(0, await platform.Silo.TerminateAsync());
        }

        var found = new HashSet<(string Registry, string Version)>();
        for (var order = 0; order < Orders; order++)
        {
            var data = _folder.Copy(_folder.At("trunk"), $"order{order}");
            found.Add(await GrowAsync(data, new Random(order)));
            Directory.Delete(data, recursive: true);
        }

        Assert.Single(found);
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task Three_orders_learned_from_nothing_give_the_same_bytes()
    {
        var found = new HashSet<string>();
        foreach (var (number, order) in new string[][] { ["first", "one", "second", "two", "three"], ["three", "two", "second", "first", "one"], ["two", "second", "three", "one", "first"] }.Index())
        {
            found.Add(await LearnAsync(_folder.At($"order{number}"), order, oneByOne: number == 0));
        }

        Assert.Single(found);
    }

    /// <summary>Asks for all updates in a drawn order, some more than once, and kills the silo when a drawn number of them is live.</summary>
    private async Task<(string Registry, string Version)> GrowAsync(string data, Random drawn)
    {
        var names = Learned.SelectMany(d => Enumerable.Repeat(d, drawn.Next(1, 4))).ToArray();
        drawn.Shuffle(names);
        var asked = names.Select(n => (Name: n, Waits: drawn.Next(3) == 0)).ToList();
        var (live, later) = (drawn.Next(Learned.Length), TimeSpan.FromMilliseconds(drawn.Next(1000)));
        await using (var platform = await Platform.StartAsync(data))
        {
            using var ending = new CancellationTokenSource();
            var asking = AskAsync(platform, asked, ending.Token);
            await Platform.UntilAsync(async () => asking.IsFaulted ? throw asking.Exception : (await platform.ResolveAsync()).Content.Branches.Count >= live);
            await Task.Delay(later);
            await platform.Silo.KillAsync();
            await ending.CancelAsync();

            // Who was not done with asking hears that the platform is gone.
            await asking.WaitAsync(TimeSpan.FromMinutes(2)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Assert.True(asking.IsCompleted);
        }

        await using var again = await Platform.StartAsync(data);
        await AskAsync(again, asked, CancellationToken.None);
        return await ServedAsync(again);
    }

    // Some wait until what they asked for is live, so that the next grows from it.
    private async Task AskAsync(Platform platform, IEnumerable<(string Name, bool Waits)> asked, CancellationToken cancellationToken)
    {
        foreach (var (name, waits) in asked)
        {
            await GrowingModel.AddAsync(platform, _folder.At(name), name, cancellationToken);
            await platform.Client.Updates.CreateAsync(name, GrowingModel.Update(name, Steps), cancellationToken);
            if (waits)
            {
                await platform.Client.Updates.FollowAsync(name, null, cancellationToken);
            }
        }
    }

    private static async Task<(string Registry, string Version)> ServedAsync(Platform platform)
    {
        foreach (var name in Learned)
        {
            await platform.UpdateAsync(name, u => u.State == UpdateState.Promoted);
        }

        var rows = await (await platform.Silo.ConnectAsync()).GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry).ListAsync();
        Assert.Equal(Enumerable.Range(0, GrowingModel.OfTrunk.Count + Learned.Length), rows.Select(r => r.Index));
        var version = await platform.ResolveAsync();
        Assert.Equal(Learned.Order(StringComparer.Ordinal), version.Content.Branches.Select(b => b.Group.Name).Order(StringComparer.Ordinal));
        return (string.Join(' ', rows.Select(r => $"{r.Task} by {r.DeclaredBy}").Order(StringComparer.Ordinal)), version.Content.Digest());
    }

    /// <summary>Adds all datasets in an order, trains the trunk and grows it, and says what came of it.</summary>
    private async Task<string> LearnAsync(string data, string[] order, bool oneByOne)
    {
        await using var platform = await Platform.StartAsync(data);
        foreach (var name in order)
        {
            await GrowingModel.AddAsync(platform, _folder.At(name), name);
        }

        await platform.Client.Runs.StartAsync("trunk", GrowingModel.Trunk(order.Where(GrowingModel.OfTrunk.Contains), steps: 20));
        await platform.WaitAsync("trunk", r => r is { State: RunState.Completed, ModelVersion: not null });
        var later = order.Where(d => !GrowingModel.OfTrunk.Contains(d)).ToList();
        foreach (var name in later)
        {
            await platform.Client.Updates.CreateAsync(name, GrowingModel.Update(name, Steps));
            if (oneByOne)
            {
                await platform.UpdateAsync(name, u => u.State == UpdateState.Promoted);
            }
        }

        foreach (var name in later)
        {
            await platform.UpdateAsync(name, u => u.State == UpdateState.Promoted);
        }

        var content = (await platform.ResolveAsync()).Content;
        Assert.Equal(3, content.Branches.Count);
        return string.Join(' ', [content.Package.Sha256, .. content.Branches.OrderBy(b => b.Group.Name, StringComparer.Ordinal).Select(b => b.Package.Sha256), content.Digest()]);
    }
}
