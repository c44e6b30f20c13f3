using Hermes.Grains.Interfaces;

namespace Hermes.Blobs;

/// <summary>Recognises and tells that a store does not answer: nothing is known of its blobs then, least of all that one is missing or damaged.</summary>
public static class StoreAway
{
    // EHOSTUNREACH of Linux; it crosses grain calls with the exception.
    private const int Unreachable = 113;

    /// <summary>Whether <paramref name="error"/> says so.</summary>
    public static bool Is(Exception error) => error is HermesException { HResult: Unreachable };

    /// <summary>The sentence for the person who has to bring it back.</summary>
    /// <param name="sentence">Which store, and what it or the network said; no secret.</param>
    /// <param name="hint">What to do.</param>
    public static HermesException Refusal(string sentence, string hint) => new(sentence, hint: hint) { HResult = Unreachable };
}
