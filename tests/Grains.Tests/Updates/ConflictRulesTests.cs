using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Updates;

namespace Hermes.Grains.Tests.Updates;

/// <summary>What is odd about a new dataset is told, and what comes in all sizes is left alone.</summary>
public sealed class ConflictRulesTests
{
    private static readonly LearnedDataset Old = Dataset("old", "ct", [1, 1.5, 2], [10, 12, 14]);

    [Theory]
    [InlineData(true, new double[] { 100, 120, 140 })]
    [InlineData(true, new double[] { 1, 2, 3 })]
    [InlineData(false, new double[] { 100, 120 })]
    [InlineData(false, new double[] { 18, 20, 22 })]
    [InlineData(false, new double[] { 2, 12, 100 })]
    public void A_name_in_common_promises_the_same_extent(bool isConflict, double[] volumesMl)
    {
        var conflicts = ConflictRules.OfFacts(Dataset("new", "pet", [1, 1.5, 2], volumesMl), [Group(Old)]);

        Assert.Equal(isConflict, conflicts.Any(c => c is { Kind: ConflictKind.OtherExtent, Task: "new/liver", NeedsAcceptance: true, Beside: "local/old" }));
    }

    [Theory]
    [InlineData(true, "ct", new double[] { 1, 1.5, 5 })]
    [InlineData(true, "ct", new double[] { 0.4, 1.5, 2 })]
    [InlineData(false, "ct", new double[] { 2, 1, 3 })]
    [InlineData(false, "pet", new double[] { 4, 4, 5 })]
    public void Voxels_are_compared_with_the_nearest_dataset_of_the_trunk_of_the_same_modality(bool isConflict, string modality, double[] spacing)
    {
        var conflicts = ConflictRules.OfFacts(Dataset("new", modality, spacing, [10, 12, 14]), [Group(Old), Group(Dataset("far", "ct", [20, 20, 20], [10, 12, 14]))]);

        Assert.Equal(isConflict, conflicts.Any(c => c is { Kind: ConflictKind.OtherGeometry, NeedsAcceptance: true, Beside: "local/old" }));
    }

    [Theory]
    [InlineData(100, 9.5, "lies within what old/liver finds")]
    [InlineData(3, 2.9, "What old/liver finds lies within new/stone")]
    [InlineData(12, 11, null)]
    [InlineData(100, 5, null)]
    [InlineData(0.5, 0.5, null)]
    public void A_structure_within_another_is_told(double foundMl, double commonMl, string? sentence)
    {
        var added = Dataset("new", "ct", [1, 1, 1], [10, 10, 10], "stone");

        var told = ConflictRules.OfAnswers(added, [Answer(added, foundMl, commonMl)]).Where(c => c.Kind == ConflictKind.Contained).ToList();

        Assert.Equal(sentence is null ? 0 : 1, told.Count);
        Assert.All(told, t => Assert.Contains(sentence!, t.Sentence, StringComparison.Ordinal));
        Assert.All(told, t => Assert.Equal((false, "local/old"), (t.NeedsAcceptance, t.Beside)));
    }

    [Theory]
    [InlineData(true, "stone", "ct", 40, 10)]
    [InlineData(false, "stone", "pet", 40, 10)]
    [InlineData(false, "liver", "ct", 40, 10)]
    [InlineData(false, "stone", "ct", 0.9, 0)]
    [InlineData(false, "stone", "ct", 12, 9)]
    public void What_is_visible_and_unlabelled_is_told(bool isTold, string structure, string modality, double foundMl, double commonMl)
    {
        var added = Dataset("new", modality, [1, 1, 1], [10, 10, 10], structure);

        var told = ConflictRules.OfAnswers(added, [Answer(added, foundMl, commonMl)]);

        Assert.Equal(isTold, told.Any(c => c is { Kind: ConflictKind.Unlabelled, Task: "old/liver", NeedsAcceptance: false, Beside: "local/old" }));
    }

    private static OldGroup Group(LearnedDataset dataset) =>
        new(new PromptGroup(dataset.Declaration.Name, dataset.Declaration.Modality, [.. dataset.Declaration.Labels.Select(l => new PromptLabel(l.Value, l.Task))]), null, dataset);

    private static PriorAnswer Answer(LearnedDataset added, double foundMl, double commonMl) => new(added, Group(Old), added.Cases[0], new SegmentationResult
    {
        Tasks = [new SegmentedTask { Task = "old/liver", Value = 1, VolumeMl = foundMl }],
        Overlaps = commonMl > 0 ? [new TaskOverlap("old/liver", added.Declaration.Labels[0].Task, commonMl, foundMl, 10)] : [],
        PromptGroup = "old",
        Modality = "ct",
        GeometryDigest = "",
        GeometryChecked = true,
        Windows = 1,
        Seconds = 0,
    });

    private static LearnedDataset Dataset(string name, string modality, double[] spacing, double[] volumesMl, string structure = "liver") => new(
        new PinnedDataset($"local/{name}", 1),
        new DatasetDeclaration { Name = name, Modality = modality, Labels = [new LabelEntry(1, structure, $"{name}/{structure}")] },
        [.. volumesMl.Select((ml, i) => new CaseRecord
        {
            CaseId = $"{i}", Patient = $"{i}", Split = Split.Train, SourceImageSha256 = "", Facts = new CaseFacts
            {
                Image = Blob, Label = Blob, Size = [10, 10, 10], SpacingMm = spacing, Orientation = "RAS", Minimum = 0, Maximum = 1,
                LabelVolumesMl = new Dictionary<int, double> { [1] = ml }, Warnings = [],
            },
        })]);

    private static BlobRef Blob => new("local", new string('1', 64), 1, MediaTypes.NiftiGz);
}
