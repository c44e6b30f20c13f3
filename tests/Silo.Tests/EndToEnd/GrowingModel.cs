using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Small datasets, each with a box of its own to be found, and a small trunk that grows by them.</summary>
internal static class GrowingModel
{
    /// <summary>The datasets that the trunk learns.</summary>
    public static IReadOnlyList<string> OfTrunk { get; } = ["first", "second"];

    /// <summary>Adds the datasets of the trunk and trains it.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="folder">Where the datasets are written.</param>
    /// <param name="steps">Optimiser steps.</param>
    public static async Task TrainAsync(Platform platform, string folder, int steps)
    {
        foreach (var name in OfTrunk)
        {
            await AddAsync(platform, Path.Combine(folder, name), name);
        }

        await platform.Client.Runs.StartAsync("trunk", Trunk(OfTrunk, steps));
        await platform.WaitAsync("trunk", r => r is { State: RunState.Completed, ModelVersion: not null });
    }

    /// <summary>Adds a dataset of one case; its name says where its box lies, how large it is and how dense.</summary>
    public static Task AddAsync(Platform platform, string folder, string name, CancellationToken cancellationToken = default)
    {
        var drawn = new Random(name.Aggregate(0, (seed, letter) => unchecked(31 * seed + letter)));
        var size = drawn.Next(7, 11);
        var value = drawn.Next(200, 500) * (drawn.Next(2) == 0 ? 1 : -1);
        var box = new Scans.Box(Corner(), Corner(), Corner(), size, (short)value);
        return platform.Client.Datasets.AddAsync(Platform.Source(name, Scans.WriteCases(folder, box), "names.json", "ct", training: 1), null, cancellationToken);

        int Corner() => drawn.Next(4, Scans.Side - 3 - size);
    }

    /// <summary>The smallest network there is.</summary>
    public static RunRequest Trunk(IEnumerable<string> datasets, int steps) => new()
    {
        Configuration = File.ReadAllText(Path.Combine(Repository.Root, "config", "universal", "tiny.yaml")).Replace("base_chan: 8", "base_chan: 4", StringComparison.Ordinal),
        ConfigurationFile = "base4.yaml",
        Steps = steps,
        Datasets = [.. datasets.Select(d => Names.DatasetKey(Names.DefaultSite, d))],
    };

    /// <summary>An update by one dataset, live as soon as it is certified.</summary>
    public static UpdateRequest Update(string dataset, int steps) => new()
    {
        Datasets = [Names.DatasetKey(Names.DefaultSite, dataset)], Steps = steps, AutoPromote = true,
    };
}
