using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>dataset withdraw</c>.</summary>
internal static class DatasetWithdrawVerb
{
    private static readonly Argument<string> Name = new("name") { Description = "The dataset, by name or site/name.", HelpName = "NAME" };
    private static readonly Option<bool> DeleteBlobs = new("--delete-blobs")
    {
        Description = "Delete its volumes, what was learned from it alone and the answers, unless something else refers to them.",
    };
    private static readonly Option<bool> RetireTrunks = new("--retire-trunks") { Description = "Answer no version whose trunk was trained with it, either." };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do it. Without this the command only tells what would go." };

    public static VerbCommand Create() => new VerbCommand(
        "withdraw",
        "Takes a dataset out for ever: nothing may use it any more, and what was learned from it alone is no longer answered.",
        "hermes dataset withdraw lesions",
        "hermes dataset withdraw lesions --delete-blobs --yes",
        "hermes dataset withdraw abdomen --retire-trunks --yes") { Name, DeleteBlobs, RetireTrunks, Yes }.Does(async (context, cancellationToken) =>
    {
        var (delete, retire) = (context.Get(DeleteBlobs), context.Get(RetireTrunks));
        var client = await context.ConnectAsync(cancellationToken);
        var plan = await client.Datasets.PlanWithdrawalAsync(context.Get(Name), cancellationToken);
        if (!context.Get(Yes))
        {
            throw new UsageException($"Nothing was withdrawn yet.\n{string.Join('\n', Told(plan, delete, retire).Select(line => $"  {line}"))}", "It is not taken back. Do it with --yes.");
        }

        await client.Datasets.WithdrawAsync(plan.Key, retire, delete, cancellationToken);
        var done = await client.Datasets.PlanWithdrawalAsync(plan.Key, cancellationToken);
        var document = new Withdrawn(plan.Key, done.Status.State.Word(), plan.Branches, done.Trunks, plan.UnderWay, done.Status.Withdrawal!);
        context.Output.Result(document, console =>
        {
            console.Facts(
                ("withdrawn", plan.Key),
                ("cancelled", string.Join(", ", plan.UnderWay)),
                ("no longer answered", string.Join(", ", plan.Branches.Select(b => $"{b.Group} of {b.Model}"))),
                ("forgotten", $"{document.Withdrawal.Questions} answers"),
                ("deleted", document.Withdrawal.DeletesBlobs ? $"{document.Withdrawal.Blobs} blobs, {Tables.Mebibytes(document.Withdrawal.Bytes)}" : null),
                ("kept", document.Withdrawal.Shared > 0 ? $"{document.Withdrawal.Shared} blobs that others refer to" : null));
            foreach (var trunk in done.Trunks)
            {
                console.WriteLine(Sentence(trunk));
            }
        });
        return ExitCodes.Success;
    });

    private static IEnumerable<string> Told(WithdrawalPlan plan, bool delete, bool retire)
    {
        var status = plan.Status;
        yield return status.State == DatasetState.Withdrawn
            ? $"{plan.Key} was withdrawn on {Tables.Time(status.Withdrawal!.At)}."
            : $"{plan.Key}, version {status.Version} with {status.Cases} cases, would be used no more; its name and its tasks would stay taken.";
        foreach (var work in plan.UnderWay)
        {
            yield return $"The {work} would be cancelled.";
        }

        foreach (var branch in plan.Branches.Where(b => b.IsLive))
        {
            yield return $"{branch.Model} would no longer answer the prompt group {branch.Group}.";
        }

        foreach (var trunk in plan.Trunks)
        {
            yield return retire && !trunk.IsRetired ? $"{Versions(trunk)} would be retired. {Cost(trunk)}" : Sentence(trunk);
        }

        yield return delete ? "Its blobs would be deleted where nothing else refers to them." : "Its blobs would stay; --delete-blobs deletes them.";
    }

    private static string Sentence(LearnedTrunk trunk) => trunk.IsRetired
        ? $"{Versions(trunk)} is retired. {Cost(trunk)}"
        : $"{Versions(trunk)} cannot be separated from it and is answered still; --retire-trunks ends that. {Cost(trunk)}";

    private static string Versions(LearnedTrunk trunk) => $"The trunk of {string.Join(", ", trunk.Versions.Select(v => $"{trunk.Model}@{v}"))}{(trunk.IsLive ? ", which is live," : "")}";

    private static string Cost(LearnedTrunk trunk)
    {
        var took = trunk.Took is { } time ? $" in {Tables.Seconds(time.TotalSeconds)}" : "";
        return (trunk.Run.Length == 0 ? "It was imported; " : $"The run {trunk.Run} trained it with {trunk.Steps} steps{took}; ")
            + (trunk.Others.Count > 0 ? $"to do it again without, train with {string.Join(", ", trunk.Others)}." : "nothing is left of its datasets to train with.");
    }

    internal sealed record Withdrawn(
        string Dataset,
        string State,
        IReadOnlyList<LearnedBranch> NoLongerAnswered,
        IReadOnlyList<LearnedTrunk> Trunks,
        IReadOnlyList<string> Cancelled,
        DatasetWithdrawal Withdrawal);
}
