using Hermes.Client.Evaluations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Client.Tests.Evaluations;

public sealed class EvaluationClientTests
{
    private static readonly DatasetDeclaration Chest = new()
    {
        Name = "chest",
        Modality = "ct",
        Labels = [new LabelEntry(1, "lung", "chest/lung"), new LabelEntry(2, "liver", "amos/liver"), new LabelEntry(5, "heart", "chest/heart")],
    };

    [Fact]
    public void Of_a_model_with_the_datasets_own_group_that_groups_tasks_are_measured()
    {
        var model = EvaluationReportTests.Version(
            ["amos/liver", "chest/lung", "chest/heart"], new PromptGroup("chest", "ct", [new PromptLabel(1, "chest/lung"), new PromptLabel(2, "amos/liver")]));

        Assert.Equal([new PromptLabel(1, "chest/lung"), new PromptLabel(2, "amos/liver")], EvaluationClient.LabelsInCommon(model, Chest));
    }

    [Fact]
    public void Of_another_model_the_tasks_in_common_are_measured_under_the_datasets_values()
    {
        var model = EvaluationReportTests.Version(["amos/spleen", "amos/liver"], new PromptGroup("amos", "ct", [new PromptLabel(9, "amos/liver")]));

        Assert.Equal([new PromptLabel(2, "amos/liver")], EvaluationClient.LabelsInCommon(model, Chest));
    }

    [Fact]
    public void A_model_that_knows_none_of_the_tasks_is_refused()
    {
        var refusal = Assert.Throws<HermesException>(() => EvaluationClient.LabelsInCommon(EvaluationReportTests.Version(["brain/putamen"]), Chest));

        Assert.Contains("m@1", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("brain/putamen", refusal.Hint, StringComparison.Ordinal);
    }
}
