using Hermes.Client.Relations;
using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Client.Tests.Relations;

public sealed class RelationSentencesTests
{
    [Fact]
    public void What_was_done_how_well_it_was_predicted_the_extremes_and_the_limits_are_told()
    {
        var study = Studies.Of(seeds: 1) with
        {
            Grades =
            [
                new RelationGrade("cosine of priors", RelationGain.Transfer, 3, 0.333, -0.2, 0.7),
                new RelationGrade("cosine of priors", RelationGain.Joint, 3, null, null, null),
            ],
        };

        Assert.Equal(
            [
                "3 pairs of tasks of universal@2, 1 seed, 50 steps for a task alone and 100 for two together; 9 trainings.",
                "Cosine of priors, transfer: no better than chance; tau +0.33, 95 % -0.20 to +0.70, in 3 pairs.",
                "Cosine of priors, joint gain: cannot be graded; it, or the gain, is the same in nearly all of 3 pairs, or they are too few.",
                "Transfer: 1 of 3 pairs gained. Most: a/one from b/x +0.100. Least: a/two from b/x -0.200.",
                "Joint gain: 0 of 3 pairs gained. Most: a/one with b/x 0.000. Least: a/two with b/x -0.100.",
                "In 1 of 3 pairs no training found anything of the task (Dice below 0.01); they say nothing, and longer trainings might.",
                "Every training was done once: how much of a gain is chance of the seed is not known.",
                "Dice is that of a task's validation cases, 1 to 4 each. 1 intervals were looked at; of predictors that know nothing, one in twenty excludes 0.",
            ],
            RelationSentences.Of(study));
    }

    [Fact]
    public void With_more_seeds_it_is_told_how_much_they_differ()
    {
        var study = Studies.Of(seeds: 2);

        // 0.4 and 0.6 lie 0.141 apart by standard deviation, 0.5 and 0.5 none, and 0 and 0 none.
        study = study with { Pairs = [study.Pairs[0] with { Alone = [0.4, 0.6], Begun = [0.5, 0.5], Together = [0.5, 0.5] }, .. study.Pairs.Skip(1)] };

        Assert.Contains("From seed to seed the same training of a task alone differs by 0.047 Dice (mean standard deviation).", RelationSentences.Of(study));
        Assert.Contains("2 seeds", RelationSentences.Of(study).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_goes_by_the_interval_and_never_by_tau_alone()
    {
        Assert.Equal("no better than chance", RelationSentences.Verdict(Grade(0.9, -0.01, 1)));
        Assert.Equal("no better than chance", RelationSentences.Verdict(Grade(0.1, 0, 0.2)));
        Assert.Equal("better than chance", RelationSentences.Verdict(Grade(0.1, 0.01, 0.2)));
        Assert.StartsWith("worse than chance", RelationSentences.Verdict(Grade(-0.5, -0.9, -0.1)), StringComparison.Ordinal);
        Assert.Equal("cannot be graded", RelationSentences.Verdict(new RelationGrade("a", RelationGain.Joint, 3, 0.4, null, null)));

        static RelationGrade Grade(double tau, double low, double high) => new("a", RelationGain.Joint, 9, tau, low, high);
    }

    [Fact]
    public void A_plan_tells_trainings_and_time_first()
    {
        var plan = new RelationStudyPlan
        {
            Version = "universal@2", Pairs = 30, Trainings = 84, Learned = 4, Steps = 100, Seconds = 6000, Estimate = "A step takes 0.6 s.",
            LeftOut = [new LeftOut("a/cyst", "no validation case has it.")],
        };

        Assert.Equal(
            [
                "84 trainings for 30 pairs of tasks of universal@2, of which 4 are learned already.",
                "The 80 that are left take about 100 min on one device, and validation on top.",
                "A task alone is learned for 100 steps, two together for 200. A step takes 0.6 s.",
                "Left out, a/cyst: no validation case has it.",
            ],
            RelationSentences.Of(plan));
        Assert.Contains("How long the 84 that are left take is not known.", RelationSentences.Of(plan with { Learned = 0, Seconds = null }));
    }
}
