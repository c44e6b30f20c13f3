using Hermes.Imaging.Configuration;
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
    private static readonly TrainingConfiguration Configuration = PreparedCases.Configuration("target_spacing: [2, 2, 2]\n").WithSteps(1);

    [Fact]
    public void Some_tasks_of_a_group_get_the_answers_they_get_with_the_whole_group()
    {
        using var cases = new PreparedCases(PreparedCases.Configuration());
        using var model = Model(cases);
        var segmenter = new Segmenter(model);
        var image = Image();

        var all = All(model, "one");
        var rest = all.Wanted.Single(label => label.Task == "one/rest");

        var whole = segmenter.Segment(image, new Question(all, Separate: true));
        var some = segmenter.Segment(image, new Question(all with { Wanted = [rest] }, Separate: true));
        var exact = segmenter.Segment(image, new Question(new PromptedTasks(new SamplePrompt(["one/rest"], "ct"), [rest]), Separate: true));

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

        var found = new Segmenter(model).Segment(image, new Question(All(model, "one")), (d, t) => (done, total) = (d, t));

        Assert.Equal(image.Geometry, found.LabelMap!.Geometry);
        Assert.All(found.LabelMap.Voxels.Distinct(), value => Assert.Contains(value, (ushort[])[0, 1, 3]));
        Assert.True(total > 0 && done == total);
        Assert.Empty(found.Masks);
    }

    [Fact]
    public void A_structure_of_a_label_map_is_the_same_whichever_others_were_asked()
    {
        string[] tasks = ["four/a", "four/b", "four/c", "four/d"];
        using var cases = new PreparedCases(Configuration);
        var group = new DatasetPrompt("four", "ct", [.. tasks.Select((task, n) => new LabelledTask((ushort)(7 - n), task))]);
        using var trainer = new Trainer(
            Configuration, new PriorVocabulary(tasks, ["ct"]), [new PreparedDataset(group, cases.Datasets[0].Training, [])], 3, "run");
        trainer.Save(cases.File("checkpoint"));
        using var model = ModelPackage.Load(ModelPackage.Publish(cases.File("checkpoint"), cases.File("package")).Path);
        var segmenter = new Segmenter(model);
        var image = Image(12, 14, 10);
        var whole = segmenter.Segment(image, new Question(PromptedTasks.Of(group))).LabelMap!.Voxels;
        var masks = segmenter.Segment(image, new Question(PromptedTasks.Of(group), Separate: true)).Masks;
        Assert.Equal(group.Labels.Select(label => label.Value).Order(), whole.Distinct().Where(value => value != 0).Order());
        Assert.Contains(Enumerable.Range(0, whole.Length), voxel => masks.Count(mask => mask.Voxels[voxel] != 0) > 1);

        for (var subset = 1; subset < 1 << tasks.Length; subset++)
        {
            // Backwards, so that the order of asking differs from that of the prompt.
            LabelledTask[] asked = [.. group.Labels.Where((_, n) => (subset >> n & 1) != 0).Reverse()];
            var some = segmenter.Segment(image, new Question(new PromptedTasks(group.Sample(), [.. asked])));

            Assert.Equal(whole.Select(value => asked.Any(label => label.Value == value) ? value : (ushort)0), some.LabelMap!.Voxels);
        }
    }

    [Fact]
    public void Questions_asked_together_get_the_bits_they_get_one_by_one()
    {
        using var cases = new PreparedCases(Configuration);
        using var model = Model(cases);
        using var first = Branch(model, cases, "three", "ct", 1);
        using var second = Branch(model, cases, "five", "pet", 2);
        var segmenter = new Segmenter(model);
        var image = Image();
        Question[] questions =
        [
            new(All(model, "one")),
            new(PromptedTasks.Of(first.Description.Group), first),
            new(PromptedTasks.Of(second.Description.Group), second, Separate: true),
            new(All(model, "one") with { Wanted = [All(model, "one").Wanted[1]] }, Separate: true),
        ];
        var progress = new List<(int Done, int Total)>();

        var together = segmenter.Segment(image, questions, (done, total) => progress.Add((done, total)));

        foreach (var (question, answer) in questions.Zip(together))
        {
            var single = segmenter.Segment(image, question);
            Assert.Equal(single.LabelMap?.Voxels, answer.LabelMap?.Voxels);
            Assert.Equal(single.Masks.Select(m => m.Voxels), answer.Masks.Select(m => m.Voxels));
            Assert.Equal(single.Windows, answer.Windows);
            Assert.Contains(answer.LabelMap?.Voxels.Select(v => (int)v) ?? answer.Masks.SelectMany(m => m.Voxels.Select(v => (int)v)), v => v != 0);
        }

        Assert.Throws<ArgumentException>(() => segmenter.Segment(image, [questions[0], questions[1] with { Branch = second }]));
        Assert.Equal(progress.OrderBy(p => p.Done), progress);
        Assert.Equal(progress[^1].Total, progress[^1].Done);
        Assert.Equal(together[0].Windows + together[2].Windows, progress[^1].Total);
    }

    [Fact]
    public void A_cancel_stops_before_the_next_window()
    {
        using var cases = new PreparedCases(PreparedCases.Configuration());
        using var model = Model(cases);
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => new Segmenter(model).Segment(Image(), new Question(All(model, "two")), null, stop.Token));
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
            complaint,
            Assert.Throws<ArgumentException>(() => new Segmenter(model).Segment(Image(), new Question(new PromptedTasks(sample, [.. wanted])))).Message,
            StringComparison.Ordinal);
    }

    private static PromptedTasks All(ModelPackage model, string group) => PromptedTasks.Of(model.PromptGroups.Single(g => g.Name == group));

    private static BranchPackage Branch(ModelPackage model, PreparedCases cases, string name, string modality, ulong seed)
    {
        var group = new DatasetPrompt(name, modality, [new LabelledTask(1, $"{name}/box"), new LabelledTask(4, $"{name}/rest")]);
        using var trainer = new Trainer(model, BranchDescription.Of(model, group, ownsStages: true, model.Configuration), [cases.Datasets[0] with { Group = group }], seed, name);
        trainer.Save(cases.File(name));
        return BranchPackage.Load(BranchPackage.Publish(cases.File(name), cases.File($"{name}.package")).Path, model);
    }

    private static ModelPackage Model(PreparedCases cases)
    {
        using var prepared = new PreparedCases(Configuration);
        using var trainer = new Trainer(Configuration, PreparedCases.Vocabulary, prepared.Datasets, 3, "run");
        trainer.Save(cases.File("checkpoint"));
        return ModelPackage.Load(ModelPackage.Publish(cases.File("checkpoint"), cases.File("package")).Path);
    }

    private static Volume<float> Image(int width = 30, int height = 26, int depth = 22)
    {
        var geometry = Geometries.Of(width, height, depth, new Point3(2.5, 2, 3), Orientation.Parse("LPS"), new Point3(0, 0, 0));
        return new Volume<float>(geometry, [.. Enumerable.Range(0, geometry.VoxelCount).Select(i => 100 * (float)Math.Sin(i * 0.01))]);
    }
}
