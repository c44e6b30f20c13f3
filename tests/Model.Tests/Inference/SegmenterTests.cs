using Hermes.Imaging.Prompts;
using Hermes.Imaging.Tests.Volumes;
using Hermes.Imaging.Volumes;
using Hermes.Model.Checkpoints;
using Hermes.Model.Inference;
using Hermes.Model.Network;
using Hermes.Model.Tests.Training;
using Hermes.Model.Training;

namespace Hermes.Model.Tests.Inference;

[Collection(TorchCollection.Name)]
public sealed class SegmenterTests
{
    [Fact]
    public void Some_tasks_of_a_group_get_the_answers_they_get_with_the_whole_group()
    {
        using var cases = new PreparedCases(PreparedCases.Configuration());
        using var model = Model(cases);
        var segmenter = new Segmenter(model);
        var image = Image();

        var all = All(model, "one");
        var rest = all.Wanted.Single(label => label.Task == "one/rest");

        var whole = segmenter.Segment(image, all, separate: true);
        var some = segmenter.Segment(image, all with { Wanted = [rest] }, separate: true);
        var exact = segmenter.Segment(image, new PromptedTasks(new SamplePrompt(["one/rest"], "ct"), [rest]), separate: true);

        Assert.Equal(["one/box", "one/rest"], all.Wanted.Select(label => label.Task));
        Assert.Equal(whole.Masks[1].Voxels, Assert.Single(some.Masks).Voxels);
        Assert.Single(exact.Masks);
        Assert.Null(whole.LabelMap);
    }

    [Fact]
    public void A_label_map_is_on_the_grid_of_its_image_and_uses_the_group_values()
    {
        using var cases = new PreparedCases(PreparedCases.Configuration());
        using var model = Model(cases);
        var image = Image();
        (var done, var total) = (0, 0);

        var found = new Segmenter(model).Segment(image, All(model, "one"), false, (d, t) => (done, total) = (d, t));

        Assert.Equal(image.Geometry, found.LabelMap!.Geometry);
        Assert.All(found.LabelMap.Voxels.Distinct(), value => Assert.Contains(value, (ushort[])[0, 1, 3]));
        Assert.True(total > 0 && done == total);
        Assert.Empty(found.Masks);
    }

    [Fact]
    public void A_structure_of_a_label_map_is_the_same_whichever_others_were_asked()
    {
        string[] tasks = ["four/a", "four/b", "four/c", "four/d"];
        var configuration = PreparedCases.Configuration("target_spacing: [2, 2, 2]\n").WithSteps(1);
        using var cases = new PreparedCases(configuration);
        var group = new DatasetPrompt("four", "ct", [.. tasks.Select((task, n) => new LabelledTask((ushort)(7 - n), task))]);
        using var trainer = new Trainer(
            configuration, new PriorVocabulary(tasks, ["ct"]), [new PreparedDataset(group, cases.Datasets[0].Training, [])], 3, "run");
        trainer.Save(cases.File("checkpoint"));
        using var model = ModelPackage.Load(ModelPackage.Publish(cases.File("checkpoint"), cases.File("package")).Path);
        var segmenter = new Segmenter(model);
        var image = Image(12, 14, 10);
        var whole = segmenter.Segment(image, PromptedTasks.Of(group)).LabelMap!.Voxels;
        var masks = segmenter.Segment(image, PromptedTasks.Of(group), separate: true).Masks;
        Assert.Equal(group.Labels.Select(label => label.Value).Order(), whole.Distinct().Where(value => value != 0).Order());
        Assert.Contains(Enumerable.Range(0, whole.Length), voxel => masks.Count(mask => mask.Voxels[voxel] != 0) > 1);

        for (var subset = 1; subset < 1 << tasks.Length; subset++)
        {
            // Backwards, so that the order of asking differs from that of the prompt.
            LabelledTask[] asked = [.. group.Labels.Where((_, n) => (subset >> n & 1) != 0).Reverse()];
            var some = segmenter.Segment(image, new PromptedTasks(group.Sample(), [.. asked]));

            Assert.Equal(whole.Select(value => asked.Any(label => label.Value == value) ? value : (ushort)0), some.LabelMap!.Voxels);
        }
    }

    [Fact]
    public void A_cancel_stops_before_the_next_window()
    {
        using var cases = new PreparedCases(PreparedCases.Configuration());
        using var model = Model(cases);
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => new Segmenter(model).Segment(Image(), All(model, "two"), false, null, stop.Token));
    }

    [Fact]
    public void Only_what_can_be_answered_is_accepted()
    {
        using var cases = new PreparedCases(PreparedCases.Configuration());
        using var model = Model(cases);
        var one = All(model, "one").Sample;

        Refused(one, [], "nothing is wanted");
        Refused(one, [new LabelledTask(1, "two/box")], "a task that is not in it");
        Refused(one, [new LabelledTask(1, "one/box"), new LabelledTask(1, "one/rest")], "twice");
        Refused(one, [new LabelledTask(0, "one/box")], "background");
        Refused(one with { Tasks = ["one/heart"] }, [new LabelledTask(1, "one/heart")], "Unknown task 'one/heart'");
        Refused(one with { Modality = "us" }, [new LabelledTask(1, "one/box")], "Unknown modality 'us'");

        void Refused(SamplePrompt sample, LabelledTask[] wanted, string complaint) => Assert.Contains(
            complaint, Assert.Throws<ArgumentException>(() => new Segmenter(model).Segment(Image(), new PromptedTasks(sample, [.. wanted]))).Message, StringComparison.Ordinal);
    }

    private static PromptedTasks All(ModelPackage model, string group) => PromptedTasks.Of(model.PromptGroups.Single(g => g.Name == group));

    private static ModelPackage Model(PreparedCases cases)
    {
        var configuration = PreparedCases.Configuration("target_spacing: [2, 2, 2]\n").WithSteps(1);
        using var prepared = new PreparedCases(configuration);
        using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, prepared.Datasets, 3, "run");
        trainer.Save(cases.File("checkpoint"));
        return ModelPackage.Load(ModelPackage.Publish(cases.File("checkpoint"), cases.File("package")).Path);
    }

    private static Volume<float> Image(int width = 30, int height = 26, int depth = 22)
    {
        var geometry = Geometries.Of(width, height, depth, new Point3(2.5, 2, 3), Orientation.Parse("LPS"), new Point3(0, 0, 0));
        return new Volume<float>(geometry, [.. Enumerable.Range(0, geometry.VoxelCount).Select(i => 100 * (float)Math.Sin(i * 0.01))]);
    }
}
