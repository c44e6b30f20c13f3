using System.CommandLine;
using System.Globalization;

namespace Hermes.Cli.Verbs;

/// <summary>What <c>--budget</c> says: a number of steps, or a time that the platform makes steps of before it begins.</summary>
/// <param name="Steps">Optimiser steps; null where a time is given.</param>
/// <param name="Minutes">The time; null where steps are given.</param>
internal sealed record Budget(int? Steps, double? Minutes)
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite;

    /// <summary><c>--budget</c>.</summary>
    public static Option<Budget?> Option(
        string description =
            "How long each branch, or the new trunk, is learned: optimiser steps (400), or a time (90s, 5min, 0.5h) that becomes a number of steps before it begins; a quarter of the model's own when not given.")
    {
        var budget = new Option<Budget?>("--budget")
        {
            Description = description,
            HelpName = "STEPS|MINUTES",
        };
        budget.CustomParser = result =>
        {
            var (read, why) = Read(result.Tokens[0].Value);
            if (why is not null)
            {
                result.AddError(why);
            }

            return read;
        };
        return budget;
    }

    private static (Budget? Budget, string? Why) Read(string text)
    {
        var end = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ").Length;
        if (!double.TryParse(text.AsSpan(0, end), Number, CultureInfo.InvariantCulture, out var number))
        {
            return Neither(text);
        }

        return text[end..].ToLowerInvariant() switch
        {
            "" when number < 1 => (null, $"--budget must be 1 step or more, not {text}."),
            "" when number != Math.Floor(number) => (null, $"--budget {text} is no whole number of steps; a time needs its unit: {text}min."),
            "" when number > int.MaxValue => (null, $"--budget {text} is more steps than can be learned."),
            "" => (new Budget((int)number, null), null),
            "s" or "m" or "min" or "h" when !(number > 0) => (null, $"--budget must be a time above zero, not {text}."),
            "s" => (new Budget(null, number / 60), null),
            "m" or "min" => (new Budget(null, number), null),
            "h" => (new Budget(null, number * 60), null),
            _ => Neither(text),
        };
    }

    private static (Budget?, string?) Neither(string text) => (null, $"--budget '{text}' is neither a number of steps (400) nor a time (90s, 5min, 0.5h).");
}
