using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Progress;

namespace Hermes.Grains.Tests.Progress;

public sealed class StoryTests
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_reader_gets_what_came_after_its_last_number()
    {
        var story = new Story(TimeProvider.System, Never);
        Enumerable.Range(1, 5).ToList().ForEach(i => story.Append(Event($"S{i}")));
        story.Append(Event("END", isLast: true));

        Assert.Equal(["S4", "S5", "END"], (await ReadAsync(story, 3)).Select(e => e.State));
    }

    [Fact]
    public async Task However_much_progress_is_made_a_reader_hears_of_every_change_of_state_and_every_sentence_before_it()
    {
        var story = new Story(TimeProvider.System, Never);
        story.Append(Event("QUEUED"));
        story.Append(Event("RUNNING") with { Message = "It begins." });
        for (var step = 1; step <= 1000; step++)
        {
            story.Append(Event("RUNNING") with { Done = step });
        }

        story.Append(Event("END", isLast: true));

        var heard = await ReadAsync(story, 0);
        Assert.Equal(["QUEUED", "RUNNING", "RUNNING"], heard.Take(3).Select(e => e.State));
        Assert.Equal([1, 2], heard.Take(2).Select(e => (int)e.Sequence));
        Assert.Equal((1003, "END"), ((int)heard[^1].Sequence, heard[^1].State));
        Assert.True(heard.Select(e => e.Sequence).SequenceEqual(heard.Select(e => e.Sequence).Distinct().Order()));
        Assert.Equal(["QUEUED", "RUNNING", "END"], story.Lasting().Select(e => e.State));
    }

    [Fact]
    public async Task What_an_earlier_activation_stored_is_told_before_the_present_and_ends_nobodys_reading()
    {
        var before = new Story(TimeProvider.System, Never);
        before.Append(Event("RUNNING"));
        before.Append(Event("FAILED", isLast: true) with { Message = "No memory." });
        var story = new Story(TimeProvider.System, Never);
        story.ContinueAfter(before.LastSequence);
        story.Remember(before.Lasting());
        story.Append(Event("FAILED", isLast: true) with { Message = "No memory." });

        var heard = await ReadAsync(story, 0);

        Assert.Equal([("RUNNING", true, false), ("FAILED", true, false), ("FAILED", false, true)], heard.Select(e => (e.State, e.IsPast, e.IsLast)));
        Assert.Equal(before.Lasting(), story.Lasting());
    }

    [Fact]
    public async Task A_reader_that_has_seen_the_end_hears_it_once_more_and_is_done()
    {
        var story = new Story(TimeProvider.System, Never);
        story.Append(Event("END", isLast: true));

        var only = Assert.Single(await ReadAsync(story, 1));

        Assert.Equal((1, true, true), ((int)only.Sequence, only.IsHeartbeat, only.IsLast));
    }

    [Fact]
    public async Task A_reader_that_knows_more_than_a_new_activation_still_hears_what_follows()
    {
        var story = new Story(TimeProvider.System, Never);
        story.ContinueAfter(40);
        story.Append(Event("RUNNING"));
        var reading = ReadAsync(story, 57);
        story.Append(Event("END", isLast: true));

        var heard = await reading;

        Assert.Equal([58, 59], heard.Select(e => (int)e.Sequence));
        Assert.Equal("END", heard[^1].State);
    }

    [Fact]
    public async Task Silence_is_filled_with_heartbeats_that_repeat_the_last_number()
    {
        var story = new Story(TimeProvider.System, TimeSpan.FromMilliseconds(20));
        story.Append(Event("RUNNING"));
        var heard = new List<ProgressEvent>();

        await foreach (var happened in story.ReadAsync(0, default))
        {
            heard.Add(happened);
            if (heard.Count == 3)
            {
                story.Append(Event("END", isLast: true));
            }
        }

        Assert.Equal((1, true), ((int)heard[1].Sequence, heard[1].IsHeartbeat));
        Assert.Equal((2, false), ((int)heard[^1].Sequence, heard[^1].IsHeartbeat));
    }

    [Fact]
    public async Task A_long_story_keeps_its_end()
    {
        var story = new Story(TimeProvider.System, Never);
        Enumerable.Range(1, 1000).ToList().ForEach(i => story.Append(Event($"S{i}")));
        story.Append(Event("END", isLast: true));

        var heard = await ReadAsync(story, 0);

        Assert.InRange(heard.Count, 100, 300);
        Assert.Equal(1001, heard[^1].Sequence);
    }

    [Fact]
    public async Task An_end_that_was_followed_by_a_resume_is_not_told_as_the_last()
    {
        var story = new Story(TimeProvider.System, Never);
        story.Append(Event("RUNNING"));
        story.Append(Event("CANCELLED", isLast: true));
        story.Append(Event("QUEUED"));
        story.Append(Event("COMPLETED", isLast: true));

        var heard = await ReadAsync(story, 0);

        Assert.Equal(["RUNNING", "CANCELLED", "QUEUED", "COMPLETED"], heard.Select(e => e.State));
        Assert.Equal("COMPLETED", Assert.Single(heard, e => e.IsLast).State);
    }

    private static async Task<List<ProgressEvent>> ReadAsync(Story story, long after)
    {
        var heard = new List<ProgressEvent>();
        await foreach (var happened in story.ReadAsync(after, default))
        {
            heard.Add(happened);
        }

        return heard;
    }

    private static Happening Event(string state, bool isLast = false) => new() { State = state, IsLast = isLast };
}
