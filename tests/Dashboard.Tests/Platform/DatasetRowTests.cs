using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Dashboard.Tests.Platform;

public sealed class DatasetRowTests
{
    private static readonly DatasetDeclaration Declaration = new() { Name = "ct_abdomen", Site = "clinic", Modality = "ct", Labels = [] };

    [Fact]
    public void A_split_without_cases_counts_none()
    {
        var status = new DatasetStatus
        {
            State = DatasetState.Ready,
            Version = 2,
            Cases = 7,
            CasesPerSplit = new Dictionary<Split, int> { [Split.Train] = 6, [Split.Test] = 1 },
        };

        var row = DatasetRow.Of(Declaration, status);

        Assert.Equal(("ct_abdomen", "clinic", "ct"), (row.Name, row.Site, row.Modality));
        Assert.Equal((7, 6, 0, 1), (row.Cases, row.Train, row.Validation, row.Test));
    }

    [Fact]
    public void The_first_problem_is_told_and_the_others_counted()
    {
        var first = new Failure("The file ends too early.", "a.nii.gz");
        var status = new DatasetStatus { State = DatasetState.Refused, Problems = [first, new Failure("b")], ProblemCount = 3 };

        var row = DatasetRow.Of(Declaration, status);

        Assert.Equal(first, row.Cause);
        Assert.Equal(2, row.MoreCauses);
    }

    [Theory]
    [InlineData(DatasetState.Ingesting, true)]
    [InlineData(DatasetState.Appending, true)]
    [InlineData(DatasetState.Ready, false)]
    public void An_add_or_append_under_way_shows_how_far_it_is(DatasetState state, bool isIngesting)
    {
        var row = DatasetRow.Of(Declaration, new DatasetStatus { State = state, Version = 1, Cases = 7, Ingested = 2, IngestTotal = 5 });

        Assert.Equal((isIngesting, 7, 2, 5), (row.IsIngesting, row.Cases, row.Ingested, row.IngestTotal));
    }

    [Fact]
    public void The_first_warning_is_told_and_the_others_counted()
    {
        var row = DatasetRow.Of(Declaration, new DatasetStatus { State = DatasetState.Ready, Version = 1, Warnings = ["a", "b"], WarningCount = 7 });

        Assert.Equal(("a", 6), (row.Warning, row.MoreWarnings));
    }

    [Fact]
    public void Its_own_tasks_are_told_by_their_structure_and_the_first_of_many()
    {
        LabelEntry[] labels = [.. new[] { "ct_abdomen/liver", "other/spleen", "ct_abdomen/aorta", "ct_abdomen/vein", "ct_abdomen/vein" }.Select((task, i) => new LabelEntry(i + 1, task, task))];

        var row = DatasetRow.Of(Declaration with { Labels = labels }, new DatasetStatus { State = DatasetState.Ready });

        Assert.Equal("liver, other/spleen, aorta and 1 more", row.Tasks);
    }
}
