using System.Text;

namespace Hermes.Grains.Interfaces.Access;

/// <summary>What the record of who did what calls things, from the names of grain interfaces and their methods.</summary>
public static class AuditWords
{
    // Of the scheduler people see its queue. Its folder refers to this one, and not the other way round.
    private const string Scheduler = "ISchedulerGrain";

    /// <summary>Every kind of thing that something goes on record about, in order.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        .. Decisions.All.Where(d => d.Value.IsRecorded).Select(d => Kind(d.Key.Interface[(d.Key.Interface.LastIndexOf('.') + 1)..])).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>The kind of thing that an actor is: <c>IBlobTicketGrain</c> is one of a blob ticket.</summary>
    /// <param name="grainInterface">The name of its interface, without the namespace.</param>
    public static string Kind(string grainInterface)
    {
        ArgumentNullException.ThrowIfNull(grainInterface);
        return grainInterface == Scheduler ? "queue" : Words(grainInterface[1..].Replace("Grain", "", StringComparison.Ordinal));
    }

    /// <summary>What is asked for: <c>BeginAddAsync</c> is <c>begin add</c>.</summary>
    /// <param name="method">The name of the method.</param>
    public static string What(string method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Words(method.EndsWith("Async", StringComparison.Ordinal) ? method[..^"Async".Length] : method);
    }

    private static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (var letter in name)
        {
            words.Append(char.IsAsciiLetterUpper(letter) && words.Length > 0 ? " " : "").Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }
}
