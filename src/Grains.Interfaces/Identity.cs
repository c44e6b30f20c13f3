using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hermes.Grains.Interfaces;

/// <summary>
/// Identities of questions and commands: the digest of words in a fixed order. The form is frozen, whatever records look like and however they are
/// written as JSON: what was asked before an update of the platform is the same question after it.
/// </summary>
public static class Identity
{
    /// <summary>The digest of the words, lower-case hexadecimal. Each counts with its length, so no two lists of words have the same; null differs from empty.</summary>
    public static string Of(params IEnumerable<string?> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var word in words)
        {
            var length = word is null ? "-" : Encoding.UTF8.GetByteCount(word).ToString(CultureInfo.InvariantCulture);
            digest.AppendData(Encoding.UTF8.GetBytes($"{length}:{word}\n"));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    /// <summary>Whether text looks like an identity.</summary>
    public static bool IsWellFormed(string? identity) => identity is { Length: 64 } && identity.All(char.IsAsciiHexDigitLower);

    /// <summary>A list as words: their number first, so that what follows cannot be taken for its end.</summary>
    public static IEnumerable<string?> List(IReadOnlyCollection<string?> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.Prepend(Number(words.Count));
    }

    /// <summary>A number as a word.</summary>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
