using Hermes.Cli.Output;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>task list</c>.</summary>
internal static class TaskListVerb
{
    public static VerbCommand Create() => new VerbCommand(
        "list",
        "Lists the tasks, each registered once for ever: the dataset that declared it, and the label schema it is labelled by.",
        "hermes task list",
        "hermes task list --json").Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var tasks = await client.Tasks.ListAsync(cancellationToken);
        context.Output.Result(tasks, console => Render(console, tasks));
        return ExitCodes.Success;
    });

    internal static void Render(IAnsiConsole console, IReadOnlyList<TaskEntry> tasks)
    {
        if (tasks.Count == 0)
        {
            console.WriteLine("There are no tasks yet. A dataset declares them when it is added with 'hermes dataset add'.");
            return;
        }

        var table = Tables.Create("task", "declared by", "label schema");
        foreach (var task in tasks)
        {
            table.With(task.Task, task.DeclaredBy, task.LabelSchema is { } schema ? LabelSchema.Abbreviated(schema) : "-");
        }

        console.Write(table);
    }
}
