using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Models;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>model grow-rule</c>.</summary>
internal static class ModelGrowRuleVerb
{
    private static readonly Argument<string> Name = new("model") { Description = "The model.", HelpName = "NAME" };
    private static readonly Option<string?> Datasets = new("--datasets")
    {
        Description = "Which datasets the rule covers: one, or with '*' for any characters all of a site.",
        HelpName = "SITE/*",
    };
    private static readonly Option<string> Policy = new("--policy")
    {
        Description = "What a branch owns: its priors and copies of the full-resolution decoder stages (branch), or its priors only (priors). A new trunk is made by a person.",
        DefaultValueFactory = _ => "branch",
    };
    private static readonly Option<Budget?> Budget = Verbs.Budget.Option();
    private static readonly Option<bool> AutoPromote = UpdateCreateVerb.AutoPromoteOption();
    private static readonly Option<bool> Remove = new("--remove") { Description = "Take the rule for these datasets back; what it began goes on." };

    static ModelGrowRuleVerb() => Policy.AcceptOnlyFromAmong([.. Enum.GetNames<BranchPolicy>().Select(p => p.ToLowerInvariant())]);

    public static VerbCommand Create() => new VerbCommand(
        "grow-rule",
        "Sets a standing order: whatever dataset it covers becomes ready, the model begins to learn it, without a person. Without --datasets, shows the rules there are.",
        "hermes model grow-rule universal",
        "hermes model grow-rule universal --datasets 'hospital/*' --policy branch --auto-promote",
        "hermes model grow-rule universal --datasets 'hospital/*' --remove") { Name, Datasets, Policy, Budget, AutoPromote, Remove }.Does(async (context, cancellationToken) =>
    {
        var name = Names.Require(context.Get(Name), "model");
        var datasets = context.Get(Datasets);
        if (datasets is null && context.Get(Remove))
        {
            throw new UsageException("--remove needs --datasets, which says whose rule.", $"'hermes model grow-rule {name}' shows the rules.");
        }

        var client = await context.ConnectAsync(cancellationToken);
        var status = (datasets, context.Get(Remove)) switch
        {
            (null, _) => await client.Models.GetAsync(name, cancellationToken),
            (_, true) => await client.Models.RemoveRuleAsync(name, datasets, cancellationToken),
            _ => await client.Models.SetRuleAsync(
                name,
                new GrowRule
                {
                    Datasets = datasets,
                    Policy = Enum.Parse<BranchPolicy>(context.Get(Policy)!, ignoreCase: true),
                    Steps = context.Get(Budget)?.Steps,
                    Minutes = context.Get(Budget)?.Minutes,
                    AutoPromote = context.Get(AutoPromote),
                },
                cancellationToken),
        };
        List<RuleRow> rules = [.. status.Rules.Select(r => new RuleRow(r.Datasets, r.Policy.Word().ToLowerInvariant(), r.Steps, r.Minutes, r.AutoPromote))];
        context.Output.Result(rules, console =>
        {
            if (rules.Count == 0)
            {
                console.WriteLine($"The model '{name}' has no rule; it learns a dataset when 'hermes update create' or 'hermes dataset add --grow {name}' says so.");
                return;
            }

            var table = Tables.Create("datasets", "policy", "#budget", "promoted");
            foreach (var rule in rules)
            {
                var budget = rule.Minutes is { } minutes ? Tables.Seconds(60 * minutes) : rule.Steps?.ToString(CultureInfo.InvariantCulture);
                table.With(rule.Datasets, rule.Policy, budget, rule.AutoPromote ? "as soon as certified" : "by a person");
            }

            console.Write(table);
        });
        return ExitCodes.Success;
    });

    internal sealed record RuleRow(string Datasets, string Policy, int? Steps, double? Minutes, bool AutoPromote);
}
