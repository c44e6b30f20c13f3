using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Client.Models;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;

namespace Hermes.Cli.Verbs;

/// <summary><c>model rollback</c>.</summary>
internal static class ModelRollbackVerb
{
    private static readonly Argument<string> Name = new("model") { Description = "The model.", HelpName = "NAME" };
    private static readonly Option<string?> Promotion = new("--promotion")
    {
        Description = "Which promotion to take back, an update's or run's name; the last when not given. What others promoted since stays.",
        HelpName = "UPDATE",
    };

    public static VerbCommand Create() => new VerbCommand(
        "rollback",
        "Takes one promotion back. Nothing is deleted; the version that was live can still be asked by its number.",
        "hermes model rollback universal",
        "hermes model rollback universal --promotion grow-lesions-1a2b3c4d") { Name, Promotion }.Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var name = Names.Require(context.Get(Name), "model");
        var before = await client.Models.ResolveAsync(new(name, null), cancellationToken);
        var after = await client.Models.RollbackAsync(name, context.Get(Promotion), cancellationToken);
        var change = LiveChange.Of(before, after);
        var rolledBack = new RolledBack(name, before.Version, after.Version, change.Gone, change.Come);
        context.Output.Result(rolledBack, console => console.Facts(
            ("live", $"{name}@{after.Version}, before {name}@{before.Version}"),
            ("no longer answered", string.Join(", ", rolledBack.Gone)),
            ("answered again", string.Join(", ", rolledBack.Back))));
        return ExitCodes.Success;
    });

    internal sealed record RolledBack(string Model, int Before, int Live, IReadOnlyList<string> Gone, IReadOnlyList<string> Back);
}
