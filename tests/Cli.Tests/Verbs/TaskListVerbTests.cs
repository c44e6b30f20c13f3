using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Cli.Verbs;
using Hermes.Grains.Interfaces.Tasks;
using Spectre.Console;

namespace Hermes.Cli.Tests.Verbs;

public sealed class TaskListVerbTests
{
    private static readonly TaskEntry[] Tasks =
    [
        new(0, "abdomen/liver", "local/abdomen", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"), new(1, "old/spleen", "local/old"),
    ];

    [Fact]
    public void Tasks_are_told_with_who_declared_them_and_by_which_label_schema()
    {
        Assert.Matches(@"abdomen/liver\s+local/abdomen\s+0123456789ab\s", Told(Tasks));
        Assert.Matches(@"old/spleen\s+local/old\s+-", Told(Tasks));
        Assert.Contains("There are no tasks yet.", Told(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_has_the_promised_properties()
    {
        var json = JsonSerializer.SerializeToElement<IReadOnlyList<TaskEntry>>(Tasks, VerbOutput.JsonOptions);

        Assert.Equal(["index", "task", "declaredBy", "labelSchema"], json[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(Tasks[0].LabelSchema, json[0].GetProperty("labelSchema").GetString());
        Assert.Equal(JsonValueKind.Null, json[1].GetProperty("labelSchema").ValueKind);
    }

    private static string Told(params TaskEntry[] tasks)
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 200;
        TaskListVerb.Render(console, tasks);
        return output.ToString();
    }
}
