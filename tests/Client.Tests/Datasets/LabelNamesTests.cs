using CsCheck;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Client.Tests.Datasets;

public sealed class LabelNamesTests
{
    [Fact]
    public void Both_directions_say_the_same()
    {
        var names = Gen.Select(Gen.Int[1, 65535], Gen.String[Gen.Char['a', 'z'], 1, 10]).Array[1, 12]
            .Where(rows => rows.DistinctBy(r => r.Item1).Count() == rows.Length && rows.DistinctBy(r => r.Item2).Count() == rows.Length);
        names.Sample(rows =>
        {
            var forwards = "{" + string.Join(",", rows.Select(r => $"\"{r.Item1}\": \"{r.Item2}\"")) + "}";
            var backwards = "{" + string.Join(",", rows.Select(r => $"\"{r.Item2}\": {r.Item1}")) + "}";

            var expected = rows.OrderBy(r => r.Item1).Select(r => new LabelEntry(r.Item1, r.Item2, $"d/{r.Item2}"));
            Assert.Equal(expected, LabelNames.Parse(forwards, "f", "d", null));
            Assert.Equal(expected, LabelNames.Parse(backwards, "f", "d", null));
        });
    }

    [Fact]
    public void A_named_background_is_no_label() =>
        Assert.Equal([1], LabelNames.Parse("""{"0": "background", "1": "liver"}""", "f", "d", null).Select(l => l.Value));

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{\n\"1\": }", "line 2")]
    [InlineData("[1, 2]", "array")]
    [InlineData("{}", "no label")]
    [InlineData("""{"liver": "spleen"}""", "'liver'")]
    [InlineData("""{"-1": "liver"}""", "'-1'")]
    [InlineData("""{"1.5": "liver"}""", "'1.5'")]
    [InlineData("""{"70000": "liver"}""", "'70000'")]
    [InlineData("""{"0": "liver"}""", "background")]
    [InlineData("""{"1": "liver", "1": "spleen"}""", "twice")]
    [InlineData("""{"1": "liver", "2": "liver"}""", "1 and 2")]
    [InlineData("""{"1": "../liver"}""", "'../liver'")]
    [InlineData("""{"1": null}""", "null")]
    [InlineData("""{"1": {"name": "liver"}}""", "object")]
    public void What_is_wrong_is_said_with_the_file(string json, string said)
    {
        var refusal = Assert.Throws<HermesException>(() => LabelNames.Parse(json, "names.json", "d", null));

        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("names.json", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("names.json", refusal.File);
    }

    [Theory]
    [InlineData("liver")]
    [InlineData("chest/liver")]
    public void A_shared_structure_belongs_to_the_other_datasets_task(string from)
    {
        var labels = LabelNames.Parse("""{"1": "liver", "2": "lung"}""", "f", "chest", new Dictionary<string, string> { [from] = "amos/liver" });

        Assert.Equal(["amos/liver", "chest/lung"], labels.Select(l => l.Task));
    }

    [Theory]
    [InlineData("kidney", "amos/kidney", "kidney")]
    [InlineData("liver", "liver", "'liver'")]
    [InlineData("liver", "a/b/c", "'a/b/c'")]
    public void Sharing_what_is_not_there_is_refused(string from, string to, string said)
    {
        var refusal = Assert.Throws<HermesException>(
            () => LabelNames.Parse("""{"1": "liver"}""", "f", "chest", new Dictionary<string, string> { [from] = to }));

        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var refusal = Assert.Throws<HermesException>(() => LabelNames.Read("/nowhere/names.json", "d"));

        Assert.Equal("/nowhere/names.json", refusal.File);
    }
}
