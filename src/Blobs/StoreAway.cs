using Hermes.Grains.Interfaces;

namespace Hermes.Blobs;

/// <summary>Recognises and tells that a store does not answer: nothing is known of its blobs then, least of all that one is missing or damaged.</summary>
public static class StoreAway
{
    // EHOSTUNREACH and ETIMEDOUT of Linux; they cross grain calls with the exception.
    private const int Unreachable = 113;
    private const int Silent = 110;

    /// <summary>Whether <paramref name="error"/> says so.</summary>
    public static bool Is(Exception error) => error is HermesException { HResult: Unreachable or Silent };

    /// <summary>Whether it says so because there is no answer at all, which may come by itself; a store that refuses somebody has to mend.</summary>
    public static bool IsSilent(Exception error) => error is HermesException { HResult: Silent };

    /// <summary>The sentence for the person who has to bring it back.</summary>
    /// <param name="sentence">Which store, and what it or the network said; no secret.</param>
    /// <param name="hint">What to do.</param>
    public static HermesException Refusal(string sentence, string hint) => new(sentence, hint: hint) { HResult = Unreachable };

    /// <summary>The sentence for when it says nothing.</summary>
    /// <inheritdoc cref="Refusal"/>
    public static HermesException Silence(string sentence, string hint) => new(sentence, hint: hint) { HResult = Silent };
}
