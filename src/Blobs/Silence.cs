using Hermes.Grains.Interfaces;

namespace Hermes.Blobs;

/// <summary>
/// Recognises and tells that a store or database says nothing, or only that it cannot now: an answer may come by itself, and a silo that starts waits for it. What answers
/// that it will not, somebody has to mend.
/// </summary>
public static class Silence
{
    // ETIMEDOUT of Linux; it crosses grain calls with the exception.
    private const int TimedOut = 110;

    /// <summary>Whether <paramref name="error"/> says so.</summary>
    public static bool Is(Exception error) => error is HermesException { HResult: TimedOut };

    /// <summary>The sentence for the person who has to bring it back.</summary>
    /// <param name="sentence">What says nothing, and what the network said; no secret.</param>
    /// <param name="hint">What to do.</param>
    public static HermesException Refusal(string sentence, string hint) => new(sentence, hint: hint) { HResult = TimedOut, IsPassing = true };
}
