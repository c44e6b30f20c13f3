using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Events;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>events list</c>, <c>failed</c>, <c>show</c>, <c>retry</c> and <c>discard</c>.</summary>
internal static class EventsVerbs
{
    private static readonly Argument<string> Id = new("id") { Description = "The event's id.", HelpName = "ID" };
    private static readonly Argument<string?> IdOrNone = new("id") { Description = "The event's id.", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> All = new("--all") { Description = "All events that failed, oldest first." };
    private static readonly Option<int> Limit = new("--limit") { Description = "At most this many, the newest.", HelpName = "N", DefaultValueFactory = _ => 50 };

    private static readonly CatalogFilter HaveFailed = new() { State = EventState.Failed.Word() };

    static EventsVerbs() => Limit.AcceptOnly(1, 1_000_000);

    public static VerbCommand List() => new VerbCommand(
        "list", "Lists the newest events with what became of them: what happened, to what, and who said so.", "hermes events list", "hermes events list --limit 500 --json") { Limit }.Does(
        (context, cancellationToken) => ListAsync(context, new CatalogFilter(), context.Get(Limit), "There are no events yet.", cancellationToken));

    public static VerbCommand Failed() => new VerbCommand(
        "failed", "Lists the events that a subscriber could not take, with the cause. They wait for 'events retry' or 'events discard'.", "hermes events failed").Does(
        (context, cancellationToken) => ListAsync(context, HaveFailed, int.MaxValue, "No event has failed.", cancellationToken));

    public static VerbCommand Show() => new VerbCommand("show", "Shows an event, who is done with it, and why others could not take it.", "hermes events show dataset/local/lesions@1") { Id }.Does(
        async (context, cancellationToken) =>
        {
            var client = await context.ConnectAsync(cancellationToken);
            Show(context, await client.Events.GetAsync(context.Get(Id), cancellationToken));
            return ExitCodes.Success;
        });

    public static VerbCommand Retry() => new VerbCommand(
        "retry",
        "Delivers a failed event once more, when its cause is mended. Subscribers that are done with it drop it.",
        "hermes events retry dataset/local/lesions@1",
        "hermes events retry --all") { IdOrNone, All }.Does(async (context, cancellationToken) =>
    {
        if (context.Get(IdOrNone) is null == !context.Get(All))
        {
            throw new UsageException("'events retry' needs the id of an event, or --all.", "'hermes events failed' lists those that failed.");
        }

        var client = await context.ConnectAsync(cancellationToken);
        var failed = context.Get(IdOrNone) is { } id
            ? [await client.Events.GetAsync(id, cancellationToken)]
            : await client.Events.ListAsync(HaveFailed, cancellationToken).ToListAsync(cancellationToken);
        var tried = new List<EventStatus>();
        foreach (var one in failed.OrderBy(e => e.Received))
        {
            tried.Add(await client.Events.RetryAsync(one.EventId, cancellationToken));
        }

        if (tried.FindAll(e => e.State == EventState.Failed) is [var still, ..] failing)
        {
            var others = failing.Count > 1 ? $", and {failing.Count - 1} others did" : "";
            throw new HermesException($"The event '{still.EventId}' failed again{others}: {still.Failures[0].Cause.Message}", still.Failures[0].Cause.File, still.Failures[0].Cause.Hint);
        }

        var documents = tried.ConvertAll(EventDocument.Of);
        context.Output.Result(documents, console => Render(console, documents, "No event has failed."));
        return ExitCodes.Success;
    });

    public static VerbCommand Discard() => new VerbCommand("discard", "Decides that a failed event is not to be taken. It stays on record.", "hermes events discard dataset/local/lesions@1") { Id }.Does(
        async (context, cancellationToken) =>
        {
            var client = await context.ConnectAsync(cancellationToken);
            Show(context, await client.Events.DiscardAsync(context.Get(Id), cancellationToken));
            return ExitCodes.Success;
        });

    private static async Task<int> ListAsync(VerbContext context, CatalogFilter wanted, int limit, string none, CancellationToken cancellationToken)
    {
        var client = await context.ConnectAsync(cancellationToken);
        var events = await client.Events.ListAsync(wanted, cancellationToken).ToListAsync(cancellationToken);
        List<EventDocument> documents = [.. events.OrderBy(e => e.Received).ThenBy(e => e.EventId, StringComparer.Ordinal).TakeLast(limit).Select(EventDocument.Of)];
        context.Output.Result(documents, console => Render(console, documents, none));
        return ExitCodes.Success;
    }

    private static void Render(IAnsiConsole console, List<EventDocument> documents, string none)
    {
        if (documents.Count == 0)
        {
            console.WriteLine(none);
            return;
        }

        var table = Tables.Create("time", "event", "subject", "by", "state", "id");
        foreach (var e in documents)
        {
            table.With(Tables.Time(e.At ?? e.Received), e.Kind ?? "(unreadable)", e.Subject, e.Actor, e.State, e.Id);
        }

        console.Write(table);
        foreach (var (e, failure) in documents.Where(e => e.State == EventState.Failed.Word()).SelectMany(e => e.Failures.Select(f => (e, f))))
        {
            console.WriteLine($"{e.Id}: {failure.Subscriber}: {failure.Cause}{(failure.Hint is { } hint ? $" {hint}" : "")}");
        }
    }

    private static void Show(VerbContext context, EventStatus status)
    {
        var e = EventDocument.Of(status);
        context.Output.Result(e, console =>
        {
            console.Facts(
                ("event", e.Kind ?? "could not be read"),
                ("id", e.Id),
                ("state", e.State),
                ("subject", e.Subject),
                ("by", e.Actor),
                ("at", Tables.Time(e.At)),
                ("received", Tables.Time(e.Received)),
                ("done", string.Join(", ", e.Handled)));
            foreach (var failure in e.Failures)
            {
                console.WriteLine();
                console.Facts(("failed at", failure.Subscriber), ("cause", failure.Cause), ("hint", failure.Hint), ("tried", $"{failure.Times} times, last {Tables.Time(failure.At)}"));
            }

            console.WriteLine();
            console.WriteLine(e.Event?.ToString() ?? e.Unread ?? "");
        });
    }
}
