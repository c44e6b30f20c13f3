using System.Text.RegularExpressions;
using Hermes.Grains.Datasets;
using Hermes.Grains.Events;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Models;
using Hermes.Grains.Priors;
using Hermes.Grains.Owners;
using Hermes.Grains.Relations;
using Hermes.Grains.Runs;
using Hermes.Grains.Segmentations;
using Hermes.Grains.Updates;

namespace Hermes.Grains.Tests.Owners;

public sealed partial class StateMachineTests
{
    [Fact]
    public void The_pictures_in_the_architecture_show_the_moves_of_the_code()
    {
        AssertDrawn("Run", RunGrain.Machine);
        AssertDrawn("Dataset", DatasetGrain.Machine);
        AssertDrawn("Segmentation", SegmentationGrain.Machine);
        AssertDrawn("Model", ModelGrain.Machine);
        AssertDrawn("Import", ModelImportGrain.Machine);
        AssertDrawn("Update", UpdateGrain.Machine);
        AssertDrawn("Event", EventGrain.Machine);
        AssertDrawn("PriorMap", PriorMapGrain.Machine);
        AssertDrawn("RelationStudy", RelationStudyGrain.Machine);
    }

    [Fact]
    public void A_move_that_is_not_drawn_is_refused_and_to_stay_is_none()
    {
        RunGrain.Machine.Require(RunState.Queued, RunState.Running, "run a");
        RunGrain.Machine.Require(RunState.Completed, RunState.Completed, "run a");

        var refusal = Assert.Throws<InvalidOperationException>(() => RunGrain.Machine.Require(RunState.Completed, RunState.Running, "run a"));
        Assert.Equal("run a is COMPLETED and cannot become RUNNING.", refusal.Message);
    }

    private static void AssertDrawn<TState>(string title, StateMachine<TState> machine)
        where TState : struct, Enum
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md"));
        var picture = Regex.Match(text, $@"```mermaid\n---\ntitle: {title}\n---\nstateDiagram-v2\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var drawn = Arrow().Matches(picture).Select(m => (m.Groups[1].Value.Replace("[*]", StateWords.Absent, StringComparison.Ordinal), m.Groups[2].Value));

        Assert.Equal(machine.Moves.Select(m => (m.From.Word(), m.To.Word())).Order(), drawn.Order());
    }

    [GeneratedRegex(@"(\S+) --> (\w+)")]
    private static partial Regex Arrow();
}
