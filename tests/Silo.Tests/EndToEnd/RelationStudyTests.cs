using System.Text.Json;
using Hermes.Client.Datasets;
using Hermes.Client.Models;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Real trainings of tasks of a small model, of which a branch is one, measured to a graded document though the silo is killed.</summary>
public sealed class RelationStudyTests(Phantoms phantoms) : IClassFixture<Phantoms>
{
    private static readonly RelationStudyRequest Request = new() { Pairs = 4, Steps = 2 };

    private static readonly ModelReference Grown = new(Names.DefaultModel, "2");

    [Fact]
    public async Task A_study_of_a_grown_model_survives_a_killed_silo_and_is_graded()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["first", "second", "third", "fourth"];
        await StudyAsync(folder, [.. names.Select(name => Boxes(folder.At(name), name, 6 + name.Length))]);
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_study_of_phantoms_of_two_modalities_is_graded()
    {
        using var folder = new TemporaryFolder();
        await StudyAsync(folder, Watched(phantoms.Source("phantom_ct", "ct", training: 2, test: 1)), Watched(phantoms.Source("phantom_pet", "pet", training: 2, test: 1)));
    }

    // The last dataset is learned by a branch, the others by the trunk.
    private static async Task StudyAsync(TemporaryFolder folder, params DatasetSource[] sources)
    {
        var last = sources[^1].Declaration;
        await using (var platform = await Platform.StartAsync(folder.At("data")))
        {
            foreach (var source in sources)
            {
                await platform.Client.Datasets.AddAsync(source);
            }

            await platform.Client.Runs.StartAsync("trunk", GrowingModel.Trunk(sources[..^1].Select(s => s.Declaration.Name), 3));
            await platform.WaitAsync("trunk", r => r is { State: RunState.Completed, ModelVersion: not null });
            await platform.Client.Updates.CreateAsync("grow", GrowingModel.Update(last.Name, 2) with { AcceptConflicts = true });
            await platform.UpdateAsync("grow", u => u.State == UpdateState.Promoted);

            var told = await platform.HermesAsync("study", "relations", "--pairs", "4", "--budget", "2");
            Assert.Equal(2, told.ExitCode);
            Assert.Contains("trainings for 4 pairs of tasks of universal@2", told.Output, StringComparison.Ordinal);

            var early = await platform.HermesAsync("study", "show", "-o", folder.At("early.svg"));
            Assert.Equal(1, early.ExitCode);
            Assert.Contains("Nothing was measured of universal@2 yet: its study is ABSENT.", early.Output, StringComparison.Ordinal);
            Assert.False(File.Exists(folder.At("early.svg")));

            var begun = await platform.Client.Relations.StartAsync(Grown, Request);
            await Platform.UntilAsync(async () => (await platform.Client.Relations.GetAsync(Grown)).Done > 0);
            Assert.Equal(RelationStudyState.Planning, begun.State);
            await platform.Silo.KillAsync();
        }

        await using var again = await Platform.StartAsync(folder.At("data"));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var status = await again.Client.Relations.FollowAsync(await again.Client.Relations.GetAsync(Grown), cancellationToken: patience.Token);
        Assert.True(status.State == RelationStudyState.Completed, status.Cause?.Message);
        var study = (await again.Client.Relations.ReadAsync(status))!;

        Assert.Equal((4, 2), (study.Pairs.Count, study.Steps));
        Assert.All(study.Pairs.SelectMany(p => p.Alone.Concat(p.Begun).Concat(p.Together)), dice => Assert.InRange(dice, 0, 1));
        Assert.All(study.Pairs, p => Assert.Equal(study.Predictors.Select(r => r.Name), p.Predicted.Keys));
        Assert.Contains(study.Pairs, p => p.Other == last.Labels[0].Task || p.Task == last.Labels[0].Task);
        Assert.Equal(2 * study.Predictors.Count, study.Grades.Count);
        var runs = await again.Client.Runs.ListAsync().Where(r => r.Name.StartsWith("study-", StringComparison.Ordinal)).ToListAsync();
        Assert.Equal(status.Trainings, runs.Count);
        Assert.All(runs, r => Assert.Equal((RunState.Completed, RunPriority.Low), (r.State, r.Request!.Priority)));

        // Nothing is learned twice, and the command tells the same.
        var shown = await again.DoAsync("study", "relations", "--pairs", "4", "--budget", "2", "--yes");
        Assert.Equal(status.Document, (await again.Client.Relations.GetAsync(Grown)).Document);
        using var document = JsonDocument.Parse(shown.Output);
        Assert.Equal(4, document.RootElement.GetProperty("study").GetProperty("pairs").GetArrayLength());
        Assert.Equal(2, (await again.ResolveAsync()).Version);

        await again.DoAsync("study", "show", "--predictor", "same modality", "-o", folder.At("gains.svg"));
        Assert.Contains(">same modality<", await File.ReadAllTextAsync(folder.At("gains.svg")), StringComparison.Ordinal);
        await again.DoAsync("study", "show", "-o", folder.At("gains.csv"));
        Assert.Equal(5, (await File.ReadAllLinesAsync(folder.At("gains.csv"))).Length);
        var unknown = await again.HermesAsync("study", "show", "--predictor", "weather");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("Nothing called 'weather' predicted gains.", unknown.Output, StringComparison.Ordinal);
        Assert.Contains("There are cosine of priors, ", unknown.Output, StringComparison.Ordinal);
    }

    private static DatasetSource Boxes(string folder, string name, int size) =>
        Watched(Platform.Source(name, Scans.WriteCases(folder, new Scans.Box(6, 7, 8, size, 400)), "names.json", "ct", training: 1, test: 1));

    // What was to be held apart is watched while learning instead.
    private static DatasetSource Watched(DatasetSource source) => source with
    {
        Cases = [.. source.Cases.Select(c => c.FixedSplit == Split.Test ? c with { FixedSplit = Split.Validation } : c)],
    };
}
