using Hermes.Cli.Output;
using Hermes.Grains.Interfaces;

namespace Hermes.Cli.Tests.Output;

public sealed class RemedyWordsTests
{
    public static TheoryData<Remedy> All => [.. Enum.GetValues<Remedy>().Except([Remedy.None])];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_remedy_is_offered_as_a_command_or_an_option(Remedy remedy) =>
        Assert.Matches("hermes [a-z]+|--[a-z]+", RemedyWords.Hint(new Failure("No.", Remedy: remedy, About: "first")));

    [Fact]
    public void It_follows_what_is_to_be_done_before()
    {
        Assert.Equal(
            "Free some space. When the cause is mended, 'hermes run resume first' goes on from the last checkpoint.",
            RemedyWords.Hint(new Failure("No.", Hint: "Free some space.", Remedy: Remedy.ResumeRun, About: "first")));
        Assert.Equal("Choose another name.", RemedyWords.Hint(new HermesException("No.", hint: "Choose another name.")));
        Assert.Null(RemedyWords.Hint((Failure?)null));
    }
}
