using Hermes.Grains.Interfaces;

namespace Hermes.Silo.Storage;

/// <summary>Recognises and tells that a database failed, whatever was asked of it; whether it is only away, and will answer when somebody brought it back.</summary>
internal static class DatabaseFailure
{
    // ENOTCONN and EREMOTEIO of Linux; they cross grain calls with the exception.
    private const int Away = 107;
    private const int Broken = 121;

    public static bool Is(Exception error) => error is HermesException { HResult: Away or Broken };

    public static bool IsAway(Exception error) => error is HermesException { HResult: Away };

    /// <summary>The sentence for the person who has to look after it.</summary>
    /// <param name="sentence">Which database, and what it said; no secret.</param>
    /// <param name="hint">What to do.</param>
    /// <param name="isAway">Whether it is only away.</param>
    public static HermesException Of(string sentence, string hint, bool isAway) => new(sentence, hint: hint) { HResult = isAway ? Away : Broken };
}
