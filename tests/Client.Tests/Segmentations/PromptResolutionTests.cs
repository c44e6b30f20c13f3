using Hermes.Client.Segmentations;
using Hermes.Client.Tests.Evaluations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
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
        Assert.Equal(7, new[]
        {
            question,
            question with { Image = question.Image with { Sha256 = new string('6', 64) } },
            question with { Package = question.Package with { Sha256 = new string('6', 64) } },
            question with { Separate = true },
            question with { Prompt = question.Prompt with { Wanted = [question.Prompt.Wanted[0]] } },
            question with { Prompt = question.Prompt with { Modality = "pet" } },
            question with { Reference = question.Image },
        }.Select(q => q.Key()).Distinct().Count());
    }

    private static string Answer(SegmentationQuestion question)
    {
        try
        {
            var prompt = PromptResolution.Resolve(question, Version()).Prompt;
            return $"{prompt.Group}: {string.Join(',', prompt.Wanted.Select(l => $"{l.Task}={l.Value}"))} of {string.Join(',', prompt.Tasks)} ({prompt.Modality})";
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
