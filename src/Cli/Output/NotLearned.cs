using System.Globalization;
using Spectre.Console;

namespace Hermes.Cli.Output;

/// <summary>Tasks that a network has not learned: it finds next to nothing of them where they are.</summary>
internal static class NotLearned
{
    /// <summary>Dice below which nothing was learned: a structure that is found at all has more, even a small one.</summary>
    private const double Limit = 0.1;

    /// <summary>The tasks of which next to nothing is found; those that no case holds are not known and not told.</summary>
    public static IReadOnlyList<string> Among(IEnumerable<(string Task, double? Dice)> measured) =>
        [.. measured.Where(m => m.Dice < Limit).Select(m => m.Task)];

    /// <summary>Tells them, and what to do.</summary>
    public static void Tell(IAnsiConsole console, IReadOnlyList<string> tasks)
    {
        if (tasks.Count == 0)
        {
            return;
        }

        console.WriteLine();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"warning: not learned (Dice below {Limit:0.0}): {string.Join(", ", tasks)}."));
        console.WriteLine("Look at the labels of these structures first: a wrong value or name cannot be learned. If they are right, train again with more --steps or another --seed, or add cases that hold them.");
    }
}
