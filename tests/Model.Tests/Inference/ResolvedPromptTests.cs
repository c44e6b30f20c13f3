using Hermes.Imaging.Prompts;
using Hermes.Model.Inference;
using Hermes.Model.Network;

namespace Hermes.Model.Tests.Inference;

public sealed class ResolvedPromptTests
{
    private static readonly PriorVocabulary Vocabulary = new(["a/liver", "a/spleen", "b/putamen", "c/liver"], ["ct", "t1"]);

    private static readonly DatasetPrompt[] Groups =
    [
        new("a", "ct", [new LabelledTask(5, "a/liver"), new LabelledTask(1, "a/spleen")]),
        new("b", "t1", [new LabelledTask(1, "b/putamen")]),
        new("c", "ct", [new LabelledTask(1, "c/liver"), new LabelledTask(2, "a/spleen")]),
    ];

    [Fact]
    public void Asking_for_some_tasks_prompts_their_whole_group()
    {
        ResolvedPrompt prompt = Resolve(new SegmentationQuestion { Tasks = ["a/spleen", "a/liver"] });

        Assert.Equal(["a/liver", "a/spleen"], prompt.Sample.Tasks.ToArray());
        Assert.Equal([1, 0], prompt.Channels.ToArray());
        Assert.Equal([new LabelledTask(1, "a/spleen"), new LabelledTask(5, "a/liver")], prompt.Labels.ToArray());
        Assert.Equal(("a", "ct"), (prompt.Group, prompt.Sample.Modality));
    }

    [Fact]
    public void An_exact_prompt_asks_for_nothing_else()
    {
        ResolvedPrompt prompt = Resolve(new SegmentationQuestion { Tasks = ["a/spleen"], PromptGroup = "a", ExactPrompt = true, Modality = "t1" });

        Assert.Equal(["a/spleen"], prompt.Sample.Tasks.ToArray());
        Assert.Equal("t1", prompt.Sample.Modality);
        Assert.Equal([new LabelledTask(1, "a/spleen")], prompt.Labels.ToArray());
    }

    [Fact]
    public void An_exact_prompt_across_groups_is_numbered_anew()
    {
        ResolvedPrompt prompt = Resolve(new SegmentationQuestion { Tasks = ["b/putamen", "a/spleen"], ExactPrompt = true, Modality = "ct" });

        Assert.Equal([new LabelledTask(1, "b/putamen"), new LabelledTask(2, "a/spleen")], prompt.Labels.ToArray());
        Assert.Null(prompt.Group);
    }

    [Fact]
    public void A_modality_that_only_one_group_has_finds_it() => Assert.Equal("b", Resolve(new SegmentationQuestion { Modality = "t1" }).Group);

    [Fact]
    public void Only_what_can_be_answered_is_accepted()
    {
        Refused(new SegmentationQuestion(), "Several");
        Refused(new SegmentationQuestion { Modality = "ct" }, "Several");
        Refused(new SegmentationQuestion { Tasks = ["a/spleen"] }, "Several");
        Refused(new SegmentationQuestion { Tasks = ["a/liver", "b/putamen"] }, "No prompt group has all of");
        Refused(new SegmentationQuestion { PromptGroup = "x" }, "Unknown prompt group 'x'");
        Refused(new SegmentationQuestion { PromptGroup = "b", Tasks = ["a/liver"] }, "has no task 'a/liver'");
        Refused(new SegmentationQuestion { Tasks = ["a/heart"] }, "Unknown task 'a/heart'");
        Refused(new SegmentationQuestion { Modality = "pet" }, "Unknown modality 'pet'");
        Refused(new SegmentationQuestion { Tasks = ["a/liver", "a/liver"] }, "twice");
    }

    private static ResolvedPrompt Resolve(SegmentationQuestion question) => ResolvedPrompt.Resolve(question, Groups, Vocabulary);

    private static void Refused(SegmentationQuestion question, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<ArgumentException>(() => Resolve(question)).Message, StringComparison.Ordinal);
}
