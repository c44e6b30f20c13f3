using System.CommandLine;
using Hermes.Client.Models;
using Hermes.Client.Updates;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Hosting;

namespace Hermes.Cli.Verbs;

/// <summary><c>update create</c>.</summary>
internal static class UpdateCreateVerb
{
    private static readonly Option<string> From = FromOption();
    private static readonly Option<string> Datasets = DatasetsOption();
    private static readonly Option<string> Policy = PolicyOption();
    private static readonly Option<string> Init = new("--init")
    {
        Description = "How new priors begin: drawn (random), each as that of the task of the trunk that finds its structure best (nearest), or all as that of a task of the trunk.",
        HelpName = "random|nearest|TASK",
        DefaultValueFactory = _ => Random,
    };
    private static readonly Option<Budget?> Budget = Verbs.Budget.Option();
    private static readonly Option<long> Seed = new("--seed")
    {
        Description = "Part of what a branch is made of: the same trunk, cases, steps and seed give the same branch, which is learned once.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };
    private static readonly Option<string?> Name = new("--name") { Description = "The update's name; made of the request when not given.", HelpName = "UPDATE" };
    private static readonly Option<bool> AutoPromote = AutoPromoteOption();
    private static readonly Option<double> Tolerance = new("--tolerance")
    {
        Description = "With decoder and full: how much mean Dice an old task may lose, with 95 % confidence.",
        HelpName = "DICE",
        DefaultValueFactory = _ => 0.01,
    };
    private static readonly Option<bool> Baseline = new("--baseline") { Description = "Also learn a network of its own for every new dataset with the same budget, to compare with." };
    private static readonly Option<bool> Accept = new("--accept") { Description = "Learn the datasets though they do not fit what the model learned; 'update preview' says what does not." };
    private static readonly Option<string> Priority = TrainVerb.PriorityOption();
    private static readonly Option<bool> Wait = new("--wait") { Description = "Watch it to its end." };

    private const string Random = "random";
    private const string Nearest = "nearest";

    static UpdateCreateVerb() => Tolerance.AcceptOnly(0, 1);

    public static VerbCommand Create() => new VerbCommand(
        "create",
        "Teaches a model new datasets without touching what it knows, and proves it. Returns when the update is accepted; --wait watches it to its end.",
        "hermes update create --datasets lesions --wait",
        "hermes update create --from universal@1 --datasets lesions,nodes --policy branch --budget 400 --auto-promote",
        "hermes update create --datasets lesions --budget 5min",
        "hermes update create --datasets lesions --policy priors --init abdomen/liver",
        "hermes update create --datasets lesions --init nearest --accept",
        "hermes update create --datasets lesions --policy full --budget 2000 --tolerance 0.02 --baseline") { From, Datasets, Policy, Init, Budget, Seed, Name, AutoPromote, Tolerance, Baseline, Accept, Priority, Wait }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var from = ModelReference.Parse(context.Get(From)!);
        var init = context.Get(Init)!;
        var client = await context.ConnectAsync(cancellationToken);
        var request = new UpdateRequest
        {
            Model = from.Name,
            Version = from.Version,
            Datasets = await TrainVerb.ResolveAsync(client, context.Get(Datasets), cancellationToken),
            Policy = ReadPolicy(context.Get(Policy)!),
            Tolerance = context.Get(Tolerance),
            Baseline = context.Get(Baseline),
            InitialTask = init is Random or Nearest ? null : init,
            NearestPriors = init == Nearest,
            Steps = context.Get(Budget)?.Steps,
            Minutes = context.Get(Budget)?.Minutes,
            Seed = context.Get(Seed),
            AutoPromote = context.Get(AutoPromote),
            AcceptConflicts = context.Get(Accept),
            Priority = TrainVerb.ReadPriority(context.Get(Priority)!),
        };
        var name = context.Get(Name) is { } chosen ? Names.Require(chosen, "update") : UpdateClient.NameOf(request);
        var status = await client.Updates.CreateAsync(name, request, cancellationToken);
        if (context.Get(Wait))
        {
            return await UpdateReport.WatchAsync(context, client, name, cancellationToken);
        }

        UpdateReport.ThrowIfEndedBadly(status);
        UpdateReport.Show(context, status);
        return ExitCodes.Success;
    }

    /// <summary><c>--from</c>.</summary>
    internal static Option<string> FromOption() => new("--from")
    {
        Description = "The model that grows; its live version unless one is named.",
        HelpName = "MODEL[@VERSION]",
        DefaultValueFactory = _ => Names.DefaultModel,
    };

    /// <summary><c>--datasets</c>.</summary>
    internal static Option<string> DatasetsOption() => new("--datasets")
    {
        Description = "The new datasets, with commas between; each becomes a branch.",
        HelpName = "NEW[,NEW]",
        Required = true,
    };

    /// <summary><c>--policy</c>.</summary>
    internal static Option<string> PolicyOption()
    {
        var policy = new Option<string>("--policy")
        {
            Description = string.Join(' ', Enum.GetValues<UpdatePolicy>().Select(p => $"{p.Word().ToLowerInvariant()}: {UpdateSentences.Meaning(p)}")),
            DefaultValueFactory = _ => "branch",
        };
        policy.AcceptOnlyFromAmong([.. Enum.GetNames<UpdatePolicy>().Select(p => p.ToLowerInvariant())]);
        return policy;
    }

    /// <summary>What <c>--policy</c> says.</summary>
    internal static UpdatePolicy ReadPolicy(string policy) => Enum.Parse<UpdatePolicy>(policy, ignoreCase: true);

    /// <summary><c>--auto-promote</c>.</summary>
    internal static Option<bool> AutoPromoteOption() => new("--auto-promote") { Description = "Make it live as soon as it is certified." };
}
