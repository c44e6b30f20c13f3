using Hermes.Grains.Interfaces;

namespace Hermes.Client.Datasets;

/// <summary>Tells why an add was, or would be, refused: every bad file on a line of its own.</summary>
public static class AddRefusal
{
    /// <summary>One refusal for many problems; a single one is told as it is.</summary>
    /// <param name="lead">What became of the add, before "; 3 problems were found".</param>
    /// <param name="problems">The problems that are told.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="dataset">Whose reasons are kept, where not all are told.</param>
    public static HermesException Of(string lead, IReadOnlyList<Failure> problems, int count, string? dataset = null)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (problems is [var only] && count == 1)
        {
            return only.ToException();
        }

        // A hint that fits one file would be wrong for the others.
        var hints = problems.Select(p => p.Hint).Distinct().ToList();
        var rest = count - problems.Count;
        return new HermesException(
            $"{lead}; {count} problems were found:{string.Concat(problems.Select(p => $"\n  {p.Message}"))}{(rest > 0 ? $"\n  and {rest} more." : "")}",
            problems.Count > 0 ? problems[0].File : null,
            hints is [var same] ? same : null).With(rest > 0 ? Remedy.ShowRefusals : Remedy.None, dataset);
    }
}
