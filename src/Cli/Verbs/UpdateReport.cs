using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Client;
using Hermes.Client.Progress;
using Hermes.Client.Updates;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary>How updates are named, shown and watched.</summary>
internal static class UpdateReport
{
    public static Argument<string> Argument() => new("update") { Description = "The update's name.", HelpName = "UPDATE" };

    public static void Show(VerbContext context, UpdateStatus status)
    {
        var update = UpdateDocument.Of(status, TimeProvider.System);
        context.Output.Result(update, console =>
        {
            console.Facts(
                ("update", update.Name),
                ("state", update.State),
                ("cause", update.Cause),
                ("hint", update.CauseHint),
                ("from", update.From),
                ("live as", update.PromotedVersion is { } version ? $"{status.Request!.Model}@{version}" : null),
                ("policy", update.Policy),
                ("budget", Budget(update)),
                ("branches", string.Join(", ", update.Branches.Select(b => string.Create(
                    CultureInfo.InvariantCulture, $"{b.Dataset} (run {b.Run}, {b.Steps} steps{(b.Parameters is { } p ? $", {p:N0} parameters" : "")})")))),
                ("trunks", string.Join(", ", update.Trunks.Select(t => string.Create(
                    CultureInfo.InvariantCulture, $"{t.Scope} of {string.Join(" ", t.Datasets)} (run {t.Run}, {t.Steps} steps)")))),
                ("created", Tables.Time(update.Created)),
                ("ended", Tables.Time(update.Ended)),
                ("time", update.Seconds is { } seconds ? Tables.Seconds(seconds) : null));
            foreach (var conflict in update.Conflicts)
            {
                console.WriteLine($"{(conflict.NeedsAcceptance ? "accepted" : "note")}: {conflict.Sentence}");
            }

            if (update.Certificate is { } certificate)
            {
                Show(console, certificate);
            }

            if (status.State == UpdateState.Certified)
            {
                var accept = UpdateSentences.MustBeAccepted(status) ? " --accept" : "";
                console.WriteLine();
                console.WriteLine($"'hermes update promote {update.Name}{accept}' makes it live.");
            }
        });
    }

    /// <summary>Watches an update until it no longer goes on by itself, shows how it ended and returns the exit code.</summary>
    public static async Task<int> WatchAsync(VerbContext context, HermesClient client, string update, CancellationToken cancellationToken)
    {
        UpdateStatus status;
        try
        {
            status = await client.Updates.FollowAsync(update, new Relayed<ProgressEvent>(context.Progress.Run), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            context.Progress.Clear();
            VerbOutput.Remark($"Stopped watching; the update '{update}' goes on. End it with 'hermes update cancel {update}', watch it with 'hermes update watch {update}'.");
            return ExitCodes.Interrupted;
        }

        context.Progress.Clear();
        ThrowIfEndedBadly(status);
        Show(context, status);
        return ExitCodes.Success;
    }

    public static void ThrowIfEndedBadly(UpdateStatus status)
    {
        switch (status.State)
        {
            case UpdateState.Failed:
                throw new HermesException($"The update '{status.Name}' failed: {status.Cause?.Message ?? "without a cause."}", status.Cause?.File, status.Cause?.Hint)
                    .With(Remedy.ResumeUpdate, status.Name);
            case UpdateState.Cancelled:
                throw new HermesException($"The update '{status.Name}' was cancelled.").With(Remedy.ResumeUpdate, status.Name);
            case UpdateState.Certified when status.Cause is { } cause:
                throw new HermesException($"The update '{status.Name}' is certified but did not become live: {cause.Message}", cause.File, cause.Hint).With(Remedy.ShowUpdate, status.Name);
            case UpdateState.Rejected:
                throw new HermesException($"The update '{status.Name}' was rejected: {status.Cause?.Message}").With(Remedy.ShowUpdate, status.Name);
        }
    }

    internal static string? Budget(UpdateDocument update) => UpdateSentences.Budget(update.Steps, update.Minutes, update.SecondsPerStep);

    private static void Show(IAnsiConsole console, UpdateCertificate certificate)
    {
        console.WriteLine();
        var tasks = Tables.Create("new task", "#Dice", "#of its own", "#cases", "split");
        foreach (var task in certificate.NewTasks)
        {
            tasks.With(
                task.Task,
                Tables.Dice(task.Dice),
                task.Baseline is { } own ? Tables.Dice(own) : "",
                task.Cases.ToString(CultureInfo.InvariantCulture),
                task.Split.Word().ToLowerInvariant());
        }

        console.Write(tasks);
        console.WriteLine();
        if (certificate.NewTrunk is not null)
        {
            ShowChanges(console, certificate);
            return;
        }

        console.WriteLine(UpdateSentences.Proven(certificate));
        foreach (var remark in certificate.Remarks)
        {
            console.WriteLine(remark);
        }
    }

    private static void ShowChanges(IAnsiConsole console, UpdateCertificate certificate)
    {
        var changes = Tables.Create("old task", "#before", "#after", "#change", "#at least", "#cases");
        foreach (var change in certificate.Changes)
        {
            changes.With(
                change.Task,
                Tables.Dice(change.Before),
                Tables.Dice(change.After),
                Tables.Change(change.Difference),
                change.LowerBound is { } bound ? Tables.Change(bound) : "",
                change.Cases.ToString(CultureInfo.InvariantCulture));
        }

        console.Write(changes);
        console.WriteLine();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"'At least' with 95 % confidence; the tolerance is {certificate.Tolerance:0.###}."));
        foreach (var remark in certificate.Remarks)
        {
            console.WriteLine(remark);
        }

        if (certificate.Accepted is { } accepted)
        {
            console.WriteLine($"What it cannot say was accepted by a person at {Tables.Time(accepted)}.");
        }
    }
}
