using System.CommandLine;
using Hermes.Cli.Verbs;

namespace Hermes.Cli.Tests.Verbs;

/// <summary>A budget is a number of steps or a time, and what is neither is told what would be.</summary>
public sealed class BudgetTests
{
    [Theory]
    [InlineData("1", 1, null)]
    [InlineData("400", 400, null)]
    [InlineData("2147483647", int.MaxValue, null)]
    [InlineData("5min", null, 5.0)]
    [InlineData("1m", null, 1.0)]
    [InlineData("0.5min", null, 0.5)]
    [InlineData("90s", null, 1.5)]
    [InlineData("0.5h", null, 30.0)]
    [InlineData("2H", null, 120.0)]
    [InlineData("5 min", null, 5.0)]
    public void Steps_are_a_number_and_a_time_has_its_unit(string text, int? steps, double? minutes)
    {
        var (budget, errors) = Read(text);

        Assert.Empty(errors);
        Assert.Equal(new Budget(steps, minutes), budget);
    }

    [Theory]
    [InlineData("0", "--budget must be 1 step or more, not 0.")]
    [InlineData("-400", "--budget must be 1 step or more, not -400.")]
    [InlineData("1.5", "--budget 1.5 is no whole number of steps; a time needs its unit: 1.5min.")]
    [InlineData("2147483648", "--budget 2147483648 is more steps than can be learned.")]
    [InlineData("0min", "--budget must be a time above zero, not 0min.")]
    [InlineData("-1h", "--budget must be a time above zero, not -1h.")]
    [InlineData("soon", "--budget 'soon' is neither a number of steps (400) nor a time (90s, 5min, 0.5h).")]
    [InlineData("5d", "--budget '5d' is neither a number of steps (400) nor a time (90s, 5min, 0.5h).")]
    [InlineData("min", "--budget 'min' is neither a number of steps (400) nor a time (90s, 5min, 0.5h).")]
    [InlineData("1,5min", "--budget '1,5min' is neither a number of steps (400) nor a time (90s, 5min, 0.5h).")]
    [InlineData("NaN", "--budget 'NaN' is neither a number of steps (400) nor a time (90s, 5min, 0.5h).")]
    [InlineData("", "--budget '' is neither a number of steps (400) nor a time (90s, 5min, 0.5h).")]
    public void What_is_no_budget_is_told_in_a_sentence(string text, string sentence) => Assert.Equal([sentence], Read(text).Errors);

    private static (Budget? Budget, IEnumerable<string> Errors) Read(string text)
    {
        var option = Budget.Option();
        var parsed = new RootCommand { option }.Parse(["--budget", text]);
        return (parsed.Errors.Count == 0 ? parsed.GetValue(option) : null, parsed.Errors.Select(e => e.Message));
    }
}
