using Hermes.Client.Models;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Client.Tests.Models;

public sealed class ModelSentencesTests
{
    private static readonly ModelStatus Forked = Grown.Forked();

    [Fact]
    public void What_would_no_longer_be_answered_is_said_before_a_version_is_made_live() => Assert.Equal(
        "universal@2 becomes live instead of universal@3: nodes is no longer answered, lesions is answered then; requests under way end on the old version, and a rollback takes it back.",
        ModelSentences.MakingLive(Forked, Forked.Versions[1]));

    [Fact]
    public void Where_nothing_is_live_nothing_goes() => Assert.StartsWith(
        "universal@1 becomes live: abdomen is answered then;",
        ModelSentences.MakingLive(Forked with { Aliases = new Dictionary<string, int>() }, Forked.Versions[0]),
        StringComparison.Ordinal);

    [Fact]
    public void Taking_branches_back_says_what_goes_and_what_comes_again()
    {
        var anew = Forked.Promotions[3] with { Added = [Grown.Branch("nodes"), Grown.Branch("lymph")], Removed = [Grown.Branch("nodes", "older"), Grown.Branch("bones")] };

        Assert.Equal("nodes is no longer answered; what others promoted since stays, and nothing is deleted.", ModelSentences.TakingBack(Forked, Forked.Promotions[3]));
        Assert.Equal(
            "lymph is no longer answered, bones is answered again, nodes is answered by what was there before; what others promoted since stays, and nothing is deleted.",
            ModelSentences.TakingBack(Forked, anew));
    }

    [Fact]
    public void Taking_a_trunk_back_says_what_the_version_before_answers()
    {
        var trunk = new Promotion { Id = "second", Kind = PromotionKind.Trunk, From = 2, To = 4, At = Grown.Noon };
        var model = Forked with { Aliases = new Dictionary<string, int> { [IModelGrain.LiveAlias] = 4 } };

        Assert.Equal("The trunk of universal@2 becomes live again: lesions is answered then; nothing is deleted.", ModelSentences.TakingBack(model, trunk));
        Assert.Equal(
            "The trunk of universal@2 becomes live again; nothing is deleted.", ModelSentences.TakingBack(model with { Withdrawn = ["local/lesions"] }, trunk));
    }

    [Theory]
    [InlineData(PromotionKind.Branches, "with a, anew b, without c")]
    [InlineData(PromotionKind.Rollback, "taken back: with a, anew b, without c")]
    [InlineData(PromotionKind.Trunk, "another trunk")]
    [InlineData(PromotionKind.Retirement, "its trunk retired")]
    public void What_a_promotion_did_is_told_by_the_groups_that_came_and_went(PromotionKind kind, string told) => Assert.Equal(told, ModelSentences.Of(new Promotion
    {
        Id = "x", Kind = kind, From = 1, To = 2, At = Grown.Noon, Added = [Grown.Branch("a"), Grown.Branch("b")], Removed = [Grown.Branch("b", "older"), Grown.Branch("c")],
    }));

    [Fact]
    public void A_standing_order_says_what_is_learned_how_long_and_who_makes_it_live()
    {
        var rule = new GrowRule { Datasets = "clinic/*", Policy = BranchPolicy.Priors, Steps = 400, AutoPromote = true };

        Assert.Equal("clinic/*: a branch of priors alone, 400 steps, live as soon as certified", ModelSentences.Of(rule));
        Assert.Equal("clinic/*: a branch, 5 min 00 s, made live by a person", ModelSentences.Of(rule with { Policy = BranchPolicy.Branch, Steps = null, Minutes = 5, AutoPromote = false }));
        Assert.EndsWith("a quarter of the trunk's steps, live as soon as certified", ModelSentences.Of(rule with { Steps = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void Why_a_version_answers_nobody_is_told()
    {
        var withdrawn = Forked with { Withdrawn = ["local/lesions"] };

        Assert.Null(ModelSentences.WhyGone(withdrawn, Forked.Versions[0]));
        Assert.Equal("It is withdrawn: it holds the branch of lesions, whose dataset was taken out.", ModelSentences.WhyGone(withdrawn, Forked.Versions[1]));
        Assert.Equal(
            "It is retired: its trunk learned from local/abdomen, which was withdrawn.",
            ModelSentences.WhyGone(Forked with { Withdrawn = ["local/abdomen"], Retired = ["local/abdomen"] }, Forked.Versions[0]));
    }
}
