using Hermes.Client.Segmentations;
using Hermes.Client.Tests.Evaluations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Client.Tests.Segmentations;

public sealed class PromptResolutionTests
{
    private static readonly SegmentationQuestion Open = new() { Image = new BlobRef("local", new string('5', 64), 1, MediaTypes.Nifti), ImageFile = "scan.nii" };

    public static TheoryData<string?, string[], string?, string> Prompts => new()
    {
        { null, ["a/spleen"], null, "a: a/spleen=1 of a/liver,a/spleen (ct)" },
        { null, [], "pet", "c: c/lesion=1 of c/lesion (pet)" },
        { "b", [], "pet", "b: b/liver=1 of b/liver (pet)" },
        { "a", ["a/spleen", "a/liver"], null, "a: a/spleen=1,a/liver=5 of a/liver,a/spleen (ct)" },
        { null, [], "ct", "! Several prompt groups of model m@1 fit: a (ct), b (ct)." },
        { null, [], null, "! Several prompt groups of model m@1 fit: a (ct), b (ct), c (pet)." },
        { "z", [], null, "! Model m@1 has no prompt group 'z'." },
        { null, [], "us", "! No prompt group of model m@1 is for the modality 'us'." },
        { null, ["a/liver", "b/liver"], null, "! No prompt group of model m@1 holds all the tasks asked for." },
        { "b", ["a/liver"], null, "! The prompt group 'b' does not hold the task 'a/liver'." },
        { null, ["x/heart"], null, "! Model m@1 does not know the task 'x/heart'." },
        { "a", [], "us", "! Model m@1 does not know the modality 'us'." },
        { "a", ["a/liver", "a/liver"], null, "! A task was asked for twice." },
    };

    [Theory]
    [MemberData(nameof(Prompts))]
    public void A_prompt_is_found_by_name_by_tasks_or_by_modality_or_the_groups_are_listed(string? group, string[] tasks, string? modality, string expected) =>
        Assert.Equal(expected, Answer(Open with { PromptGroup = group, Tasks = tasks, Modality = modality }));

    [Theory]
    [InlineData("a", "a/spleen", "pet", "a: a/spleen=1 of a/spleen (pet)")]
    [InlineData(null, "a/spleen", null, "a: a/spleen=1 of a/spleen (ct)")]
    [InlineData(null, "b/liver a/spleen", "ct", ": b/liver=1,a/spleen=2 of b/liver,a/spleen (ct)")]
    [InlineData(null, "b/liver a/spleen", null, "! Tasks of several prompt groups are asked for as an exact prompt; name the modality of the image.")]
    public void An_exact_prompt_asks_for_nothing_else_and_across_groups_is_numbered_anew(string? group, string tasks, string? modality, string expected) =>
        Assert.Equal(expected, Answer(Open with { PromptGroup = group, Tasks = tasks.Split(' '), Modality = modality, ExactPrompt = true }));

    [Fact]
    public void Equal_questions_have_equal_keys_whatever_models_and_files_are_called()
    {
        var version = Version();
        var question = PromptResolution.Resolve(Open with { PromptGroup = "a" }, version);

        Assert.Equal("6e200755", question.Key()[..8]);
        Assert.Equal(
            question.Key(),
            PromptResolution.Resolve(Open with { PromptGroup = "a", ImageFile = "other.nii", Tasks = ["a/liver", "a/spleen"] }, version with { Model = "n", Version = 8 }).Key());
        Assert.Equal(8, new[]
        {
            question,
            question with { Image = question.Image with { Sha256 = new string('6', 64) } },
            question with { Package = question.Package with { Sha256 = new string('6', 64) } },
            question with { Separate = true },
            question with { Prompt = question.Prompt with { Wanted = [question.Prompt.Wanted[0]] } },
            question with { Prompt = question.Prompt with { Modality = "pet" } },
            question with { Reference = question.Image },
            question with { Reference = question.Image, AgainstEach = true },
        }.Select(q => q.Key()).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Prompts))]
    public void What_the_trunk_answered_it_answers_for_ever_and_with_the_same_key(string? group, string[] tasks, string? modality, string expected)
    {
        if (expected[0] == '!')
        {
            return;
        }

        var question = Open with { PromptGroup = group, Tasks = tasks, Modality = modality };

        Assert.Equal(expected, Answer(question, Grown));
        Assert.Equal(PromptResolution.Resolve(question, Version()).Key(), PromptResolution.Resolve(question, Grown).Key());
    }

    [Theory]
    [InlineData("d", "", null, "d/7: d/cyst=1,a/liver=2 of d/cyst,a/liver (ct)")]
    [InlineData(null, "d/cyst", null, "d/7: d/cyst=1 of d/cyst,a/liver (ct)")]
    [InlineData(null, "", "us", "e/8: e/node=3 of e/node (us)")]
    [InlineData(null, "e/node", null, "e/8: e/node=3 of e/node (us)")]
    [InlineData("e", "", "pet", "e/8: e/node=3 of e/node (pet)")]
    [InlineData("d", "", "us", "! Model m@1 does not know the modality 'us'.")]
    [InlineData(null, "", "ct", "! Several prompt groups of model m@1 fit: a (ct), b (ct).")]
    [InlineData(null, "d/cyst e/node", null, "! No prompt group of model m@1 holds all the tasks asked for.")]
    [InlineData("z", "", null, "! Model m@1 has no prompt group 'z'.")]
    public void A_branch_answers_what_only_it_can_or_what_names_it(string? group, string tasks, string? modality, string expected) =>
        Assert.Equal(expected, Answer(Open with { PromptGroup = group, Tasks = Words(tasks), Modality = modality }, Grown));

    [Theory]
    [InlineData("d/cyst", null, "d/7: d/cyst=1 of d/cyst (ct)")]
    [InlineData("d/cyst a/liver", null, "d/7: d/cyst=1,a/liver=2 of d/cyst,a/liver (ct)")]
    [InlineData("a/liver", null, "a: a/liver=5 of a/liver (ct)")]
    [InlineData("a/liver", "d", "d/7: a/liver=2 of a/liver (ct)")]
    [InlineData("d/cyst a/spleen", null, "! The tasks d/cyst, a/spleen of model m@1 were never learned together: each branch was learned by itself beside the trunk.")]
    [InlineData("d/cyst e/node", null, "! The tasks d/cyst, e/node of model m@1 were never learned together: each branch was learned by itself beside the trunk.")]
    [InlineData("a/spleen", "d", "! The prompt group 'd' does not hold the task 'a/spleen'.")]
    public void An_exact_prompt_stays_within_a_branch(string tasks, string? group, string expected) =>
        Assert.Equal(expected, Answer(Open with { PromptGroup = group, Tasks = Words(tasks), ExactPrompt = true }, Grown));

    [Fact]
    public void Only_the_branch_that_is_asked_is_part_of_a_question()
    {
        var without = Grown with { Content = Grown.Content with { Branches = [Grown.Content.Branches[1]] } };
        var question = Open with { PromptGroup = "e" };

        Assert.Equal(PromptResolution.Resolve(question, without).Key(), PromptResolution.Resolve(question, Grown).Key());
        Assert.NotEqual(
            PromptResolution.Resolve(question, Grown).Key(),
            PromptResolution.Resolve(question, Grown with { Content = Grown.Content with { Branches = [Branch('6', Grown.Content.Branches[1].Group, ["e/node"], "us")] } }).Key());
    }

    private static ModelVersion Grown
    {
        get
        {
            var version = Version();
            var d = Branch('7', new PromptGroup("d", "ct", [new PromptLabel(1, "d/cyst"), new PromptLabel(2, "a/liver")]), ["d/cyst"]);
            var e = Branch('8', new PromptGroup("e", "us", [new PromptLabel(3, "e/node")]), ["e/node"], "us");
            return version with { Content = version.Content with { Branches = [d, e] } };
        }
    }

    private static ModelBranch Branch(char digest, PromptGroup group, string[] tasks, params string[] modalities) => new()
    {
        Package = new BlobRef("local", new string(digest, 64), 1, MediaTypes.Safetensors),
        Trunk = Version().Content.Package.Sha256,
        Group = group,
        Tasks = tasks,
        Modalities = modalities,
        Policy = BranchPolicy.Branch,
        Dataset = new PinnedDataset($"local/{group.Name}", 1),
        Parameters = 1,
    };

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Answer(SegmentationQuestion question) => Answer(question, Version());

    private static string Answer(SegmentationQuestion question, ModelVersion version)
    {
        try
        {
            var request = PromptResolution.Resolve(question, version);
            var prompt = request.Prompt;
            return $"{prompt.Group}{(request.Branch is { } branch ? $"/{branch.Sha256[0]}" : "")}: {string.Join(',', prompt.Wanted.Select(l => $"{l.Task}={l.Value}"))} of {string.Join(',', prompt.Tasks)} ({prompt.Modality})";
        }
        catch (HermesException refusal)
        {
            return $"! {refusal.Message}";
        }
    }

    private static ModelVersion Version()
    {
        var version = EvaluationReportTests.Version(
            ["a/liver", "a/spleen", "b/liver", "c/lesion"],
            new PromptGroup("a", "ct", [new PromptLabel(5, "a/liver"), new PromptLabel(1, "a/spleen")]),
            new PromptGroup("b", "ct", [new PromptLabel(1, "b/liver")]),
            new PromptGroup("c", "pet", [new PromptLabel(1, "c/lesion")]));
        return version with { Content = version.Content with { Modalities = ["ct", "pet"] } };
    }
}
