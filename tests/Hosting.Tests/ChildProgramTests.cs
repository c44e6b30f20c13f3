namespace Hermes.Hosting.Tests;

public sealed class ChildProgramTests
{
    [Fact]
    public async Task A_program_that_is_not_there_is_told_from_one_that_failed()
    {
        Assert.Equal(127, (await ChildProgram.AskAsync("hermes-no-such-program", [], TimeSpan.FromSeconds(10), default)).Code);

        var (code, lines) = await ChildProgram.AskAsync("sh", ["-c", "echo one; echo two; exit 3"], TimeSpan.FromSeconds(10), default);

        Assert.Equal(3, code);
        Assert.Equal(["one", "two", ""], lines);
    }

    [Fact]
    public async Task A_program_that_does_not_end_is_not_waited_for()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => ChildProgram.AskAsync("sleep", ["5"], TimeSpan.FromMilliseconds(50), default));
    }
}
