using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Client.Updates;

/// <summary>Where an update stands among the states it can be in: those it went through, the one it is in, and those it can still come to.</summary>
public sealed record UpdateCourse
{
    private static readonly UpdateState[] Way = [UpdateState.Registered, UpdateState.Growing, UpdateState.Training, UpdateState.Evaluating, UpdateState.Certified];

    private UpdateCourse(UpdateState now, IReadOnlyList<UpdateState> passed) => (Now, Passed) = (now, passed);

    /// <summary>The state it is in.</summary>
    public UpdateState Now { get; }

    /// <summary>The states it went through to where it is, in order.</summary>
    public IReadOnlyList<UpdateState> Passed { get; }

    /// <summary>The states that may follow at once.</summary>
    public IReadOnlyList<UpdateState> Next => Now.Next();

    /// <summary>In a sentence.</summary>
    public string Sentence
    {
        get
        {
            var passed = Passed.Count == 0 ? "" : $" after {Words(Passed, "and")}";
            return Next.Count == 0
                ? $"It is {Now.Word()}{passed}, which is its end."
                : $"It is {Now.Word()}{passed}; {(Now.IsUnderWay() ? "it goes on to" : "a person can bring it to")} {Words(Next, "or")}.";
        }
    }

    /// <summary>The course of an update, as far as its status tells.</summary>
    public static UpdateCourse Of(UpdateStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return new UpdateCourse(status.State, [.. Way.TakeWhile(s => s != status.State).Take(Reached(status))]);
    }

    // What was made on the way says how far it came before it ended.
    private static int Reached(UpdateStatus status) => status.State switch
    {
        UpdateState.Promoted => Way.Length,
        UpdateState.Rejected => Way.Length - 1,
        not (UpdateState.Cancelled or UpdateState.Failed) => Way.Length,
        _ when status.Branches.Count + status.Trunks.Count == 0 => 1,
        _ => status.Branches.All(b => b.Learned is not null) && status.Trunks.All(t => t.Learned is not null) ? 4 : 3,
    };

    private static string Words(IReadOnlyList<UpdateState> states, string last)
    {
        List<string> words = [.. states.Select(s => s.Word())];
        return words.Count == 1 ? words[0] : $"{string.Join(", ", words.SkipLast(1))} {last} {words[^1]}";
    }
}
