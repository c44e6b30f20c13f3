using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Client.Scheduling;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>queue</c>, and <c>queue list</c>, <c>move</c>, <c>hold</c> and <c>release</c>.</summary>
internal static class QueueVerbs
{
    private static readonly Argument<string> Run = new("run") { Description = "The run's name.", HelpName = "RUN" };
    private static readonly Option<string?> Before = new("--before") { Description = "The run it is to go before.", HelpName = "OTHER" };
    private static readonly Option<bool> First = new("--first") { Description = "Before all others." };

    /// <summary>The group, which lists when no verb is named.</summary>
    public static VerbCommand Create()
    {
        var queue = new VerbCommand(
            "queue", "Runs that wait for a device: list, move, hold, release. Alone it lists them.", "hermes queue", "hermes queue move urgent --first", "hermes queue hold second").Does(ListAsync);
        foreach (var verb in new[] { List(), Move(), Hold(), Release() })
        {
            queue.Add(verb);
        }

        return queue;
    }

    private static VerbCommand List() => new VerbCommand(
        "list",
        "Lists the runs that wait, first in line first, with what they wait for and why; the devices with who has them; and what the sites used of late.",
        "hermes queue list",
        "hermes queue list --json").Does(ListAsync);

    private static VerbCommand Move() => new VerbCommand(
        "move", "Lets a run go before another, or before all, whatever their priorities and sites.", "hermes queue move urgent --before second", "hermes queue move urgent --first")
    {
        Run, Before, First,
    }.Does((context, cancellationToken) =>
    {
        var before = context.Get(Before);
        return before is null == context.Get(First)
            ? ShowAsync(context, (queue, t) => queue.MoveAsync(context.Get(Run), before, cancellationToken: t), cancellationToken)
            : throw new UsageException("'queue move' needs --before OTHER or --first, one of the two.", "'hermes queue list' shows who waits.");
    });

    private static VerbCommand Hold() => new VerbCommand(
        "hold", "Holds a run back until 'queue release'. It keeps its place.", "hermes queue hold second") { Run }.Does(
        (context, cancellationToken) => ShowAsync(context, (queue, t) => queue.HoldAsync(context.Get(Run), cancellationToken: t), cancellationToken));

    private static VerbCommand Release() => new VerbCommand(
        "release", "Holds a run back no longer.", "hermes queue release second") { Run }.Does(
        (context, cancellationToken) => ShowAsync(context, (queue, t) => queue.ReleaseAsync(context.Get(Run), t), cancellationToken));

    private static Task<int> ListAsync(VerbContext context, CancellationToken cancellationToken) => ShowAsync(context, (queue, t) => queue.GetAsync(t), cancellationToken);

    private static async Task<int> ShowAsync(VerbContext context, Func<QueueClient, CancellationToken, Task<QueueStatus>> ask, CancellationToken cancellationToken)
    {
        var client = await context.ConnectAsync(cancellationToken);
        var document = QueueDocument.Of(await ask(client.Queue, cancellationToken));
        context.Output.Result(document, console => Render(console, document));
        return ExitCodes.Success;
    }

    internal static void Render(IAnsiConsole console, QueueDocument queue)
    {
        var devices = Tables.Create("device", "#memory", "state", "run", "site", "since");
        foreach (var d in queue.Devices)
        {
            devices.With(d.Device, Memory(d.MemoryBytes), d.State, d.Run, d.RunSite, Tables.Time(d.Since));
        }

        console.Write(devices);
        console.WriteLine();
        if (queue.Waiting.Count == 0)
        {
            console.WriteLine("No run waits.");
            return;
        }

        var waiting = Tables.Create("waiting", "priority", "site", "device", "#memory", "queued", "by hand");
        foreach (var w in queue.Waiting)
        {
            waiting.With(w.Run, w.Priority, w.Site, w.DeviceKind ?? "any", Memory(w.MemoryBytes), Tables.Time(w.Queued), (w.Held, w.Moved) switch
            {
                (true, true) => "held, moved",
                (true, false) => "held",
                (false, true) => "moved",
                _ => "",
            });
        }

        console.Write(waiting);
        console.WriteLine();
        foreach (var w in queue.Waiting)
        {
            console.WriteLine($"{w.Run}: {w.Reason}");
        }
    }

    private static string Memory(long? bytes) => bytes is { } known ? Sizes.Gibibytes(known) : "unknown";
}
