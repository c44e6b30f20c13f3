using Hermes.Worker.Sharing;

namespace Hermes.Worker.Tests.Sharing;

public sealed class SharingTrialTests
{
    [Theory]
    [InlineData(2, 1.0, 0.79, true)]
    [InlineData(2, 1.0, 0.81, false)]
    [InlineData(4, 1.0, 0.56, true)]
    [InlineData(4, 1.0, 0.58, false)]
    public void Several_devices_pay_where_each_beside_the_first_brings_a_quarter_of_one(int devices, double alone, double together, bool pays)
    {
        var trial = new SharingTrial(devices);
        Take(trial, together: false, alone);
        Take(trial, together: true, together);

        Assert.Equal((pays, pays), (trial.Pays, trial.IsTogether));
        Assert.Contains(pays ? "all of them learn" : "goes on on one", trial.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_also_make_batches_ahead_and_one_that_somebody_disturbed_do_not_decide()
    {
        var trial = new SharingTrial(2);
        foreach (var seconds in (double[])[9, 9, 1, 30, 1])
        {
            Assert.False(trial.IsTogether);
            Assert.False(trial.Took(together: false, seconds));
        }

        foreach (var (seconds, n) in ((double[])[9, 9, 0.6, 0.5, 30]).Select((s, n) => (s, n)))
        {
            Assert.Null(trial.Pays);
            Assert.Equal(n == 4, trial.Took(together: true, seconds));
        }

        Assert.True(trial.Pays);
        Assert.Equal("A step takes 0.6 s on 2 devices and 1 s on one: all of them learn.", trial.Finding);
        Assert.False(trial.Took(together: true, 100));
        Assert.True(trial.Pays);
    }

    private static void Take(SharingTrial trial, bool together, double seconds)
    {
        for (var n = 0; n < 5; n++)
        {
            Assert.Equal(together, trial.IsTogether);
            trial.Took(together, seconds);
        }
    }
}
