using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Client.Tests.Datasets;

public sealed class SplitFileTests : IDisposable
{
    private static readonly IReadOnlyList<CaseFiles> Cases = [new("a", "a.nii.gz", null), new("b c", "b c.nii.gz", null), new("d", "d.nii.gz", null)];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train", Split.Train)]
    [InlineData("test", Split.Test)]
    public void A_word_fixes_all_cases(string word, Split split) =>
        Assert.All(SplitFile.Apply(word, Cases), c => Assert.Equal(split, c.FixedSplit));

    [Fact]
    public void Without_a_word_the_dataset_draws() =>
        Assert.All(SplitFile.Apply(null, Cases), c => Assert.Null(c.FixedSplit));

    [Theory]
    [InlineData("# made by hand\na train\n\nb c\ttest\n")]
    [InlineData("a_0000.nii.gz, train\r\nb c, test")]
    [InlineData("""{"a": "train", "b c": "TEST"}""")]
    [InlineData("""{"train": ["a"], "test": ["b c.nii.gz"]}""")]
    public void Every_form_says_the_same_and_cases_not_named_are_drawn(string text)
    {
        var splits = SplitFile.Apply(_folder.File("split", text), Cases).Select(c => c.FixedSplit);

        Assert.Equal([Split.Train, Split.Test, null], splits);
    }

    [Theory]
    [InlineData("a train\nd exam", "line 2: 'exam'")]
    [InlineData("a", "line 1: 'a' has no split")]
    [InlineData("a train\na test", "'a' is in two splits")]
    [InlineData("", "names no case")]
    [InlineData("z train", "'z'")]
    [InlineData("{\"a\": \"train\",\n \"b\"", "line 2")]
    public void What_is_wrong_is_said_with_file_and_place(string text, string said)
    {
        var file = _folder.File("split.txt", text);

        var refusal = Assert.Throws<HermesException>(() => SplitFile.Apply(file, Cases));

        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(file, refusal.File);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Assert.Equal("no-such-split", Assert.Throws<HermesException>(() => SplitFile.Apply("no-such-split", Cases)).File);
}
