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
    public async Task A_program_that_does_not_end_is_not_waited_for_but_ended_however_much_it_says()
    {
        var file = Path.GetTempFileName();

        await Assert.ThrowsAsync<TimeoutException>(() => ChildProgram.AskAsync(
            "sh", ["-c", $"echo $$ >{file}; head -c 200000 /dev/zero >&2; echo said >>{file}; sleep 60"], TimeSpan.FromSeconds(5), default));

        var lines = await File.ReadAllLinesAsync(file);
        File.Delete(file);
        Assert.Equal("said", lines[1]);
        Assert.True(SpinWait.SpinUntil(() => !File.Exists($"/proc/{lines[0]}/stat") || File.ReadAllText($"/proc/{lines[0]}/stat").Contains(") Z ", StringComparison.Ordinal), 10_000));
    }
}
