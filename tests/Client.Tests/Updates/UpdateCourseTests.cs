using Hermes.Client.Tests.Models;
using Hermes.Client.Updates;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Client.Tests.Updates;

public sealed class UpdateCourseTests
{
    [Fact]
    public void An_update_under_way_has_been_in_all_states_before_and_says_where_it_goes_on()
    {
        var course = UpdateCourse.Of(Grown.Update(UpdateState.Training, isLearned: false));

        Assert.Equal([UpdateState.Registered, UpdateState.Growing], course.Passed);
        Assert.Equal("It is TRAINING after REGISTERED and GROWING; it goes on to EVALUATING, CANCELLED or FAILED.", course.Sentence);
    }

    [Theory]
    [InlineData(UpdateState.Registered, "It is REGISTERED; it goes on to GROWING, CANCELLED or FAILED.")]
    [InlineData(UpdateState.Certified, "It is CERTIFIED after REGISTERED, GROWING, TRAINING and EVALUATING; a person can bring it to PROMOTED, GROWING or TRAINING.")]
    [InlineData(UpdateState.Rejected, "It is REJECTED after REGISTERED, GROWING, TRAINING and EVALUATING, which is its end.")]
    [InlineData(UpdateState.Promoted, "It is PROMOTED after REGISTERED, GROWING, TRAINING, EVALUATING and CERTIFIED, which is its end.")]
    public void Where_it_stands_is_a_sentence(UpdateState state, string sentence) => Assert.Equal(sentence, UpdateCourse.Of(Grown.Update(state)).Sentence);

    [Fact]
    public void What_was_made_says_how_far_an_update_came_before_it_ended()
    {
        Assert.Equal(4, UpdateCourse.Of(Grown.Update(UpdateState.Failed)).Passed.Count);
        Assert.Equal(3, UpdateCourse.Of(Grown.Update(UpdateState.Cancelled, isLearned: false)).Passed.Count);
        Assert.Equal([UpdateState.Registered], UpdateCourse.Of(Grown.Update(UpdateState.Failed) with { Branches = [] }).Passed);
    }
}
