namespace Hermes.Grains.Interfaces.Platform;

/// <summary>What calls say about who makes them: signed once in a while instead of for each call, and always fresh enough.</summary>
/// <param name="sign">Signs one.</param>
/// <param name="clock">The time.</param>
public sealed class Statements(Func<DateTimeOffset, string> sign, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private volatile Signed? _last;

    /// <summary>The one to send now.</summary>
    public string Current()
    {
        var now = clock.GetUtcNow();
        if (_last is not { } last || (now - last.At).Duration() > Fresh)
        {
            _last = last = new Signed(sign(now), now);
        }

        return last.Statement;
    }

    private sealed record Signed(string Statement, DateTimeOffset At);
}
