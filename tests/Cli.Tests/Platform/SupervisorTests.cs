using System.Diagnostics;
using Hermes.Cli.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;

namespace Hermes.Cli.Tests.Platform;

public sealed class SupervisorTests
{
    [Fact]
    public async Task One_that_ends_because_what_it_needs_is_away_is_asked_again_for_as_long_as_that_takes()
    {
        var (lives, said) = (0, new List<string>());
        using var end = new CancellationTokenSource();

        // More often than one may die at once, from its first life on; then it lives.
        await new Supervisor("The program", () => new Shell(++lives <= 9 ? $"echo the database is away >&2; exit {ExitCodes.Away}" : End()), said.Add, new Hasty()).RunAsync(end.Token);

        Assert.Equal(10, lives);
        Assert.Equal(9, said.Count);
        Assert.All(said, line => Assert.Equal("The program ended with code 75 (the database is away); it is started again in 5 s.", line));

        string End()
        {
            end.Cancel();
            return "exec sleep 60";
        }
    }

    [Theory]
    [InlineData("echo it is refused >&2; exit 1", "it is refused", 1)]
    [InlineData("exit 1", "The program ended at once 5 times in a row, the last time with code 1.", 5)]
    public async Task One_that_refuses_to_start_or_dies_again_and_again_is_given_up_also_after_what_it_needs_was_away(string ends, string sentence, int lives)
    {
        var begun = 0;
        var supervisor = new Supervisor("The program", () => new Shell(++begun <= 3 ? $"exit {ExitCodes.Away}" : ends), _ => { }, new Hasty());

        var given = await Assert.ThrowsAsync<HermesException>(() => supervisor.RunAsync(default));

        Assert.Equal((sentence, 3 + lives), (given.Message, begun));
    }

    /// <summary>A program of a line.</summary>
    private sealed class Shell(string line) : IChildProcess
    {
        private readonly Process _process = Process.Start(new ProcessStartInfo("sh", ["-c", line]) { RedirectStandardError = true })!;

        public int Id => _process.Id;

        public bool HasExited => _process.HasExited;

        public async Task<int> WaitAsync(CancellationToken cancellationToken)
        {
            await _process.WaitForExitAsync(cancellationToken);
            return _process.ExitCode;
        }

        public string? LastWords() => _process.StandardError.ReadToEnd().Trim() is { Length: > 0 } words ? words : null;

        public ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A clock that does not wait.</summary>
    private sealed class Hasty : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }
}
