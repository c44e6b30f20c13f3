using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Client.Models;
using Hermes.Grains.Interfaces.Models;
using Hermes.Hosting;

namespace Hermes.Cli.Verbs;

/// <summary><c>model promote</c>.</summary>
internal static class ModelPromoteVerb
{
    private static readonly Argument<string> Version = new("version") { Description = "The version, by number or alias.", HelpName = "NAME@VERSION" };
    private static readonly Option<string[]> Drop = new("--drop")
    {
        Description = "A prompt group that is answered now and may go. Without it nothing that is answered vanishes.",
        HelpName = "PROMPT-GROUP",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    public static VerbCommand Create() => new VerbCommand(
        "promote",
        "Makes a version that exists live; requests under way end on the old one. 'model rollback' takes it back.",
        "hermes model promote universal@candidate",
        "hermes model promote universal@4 --drop lesions") { Version, Drop }.Does(async (context, cancellationToken) =>
    {
        var reference = ModelReference.Parse(context.Get(Version));
        if (reference.Version is null)
        {
            throw new UsageException($"Which version of {reference.Name} is to be live?", $"Name it, as in {reference.Name}@{IModelGrain.CandidateAlias}; 'hermes model show {reference.Name}' lists them.");
        }

        var client = await context.ConnectAsync(cancellationToken);
        var status = await client.Models.GetAsync(reference.Name, cancellationToken);
        var before = status.Live();
        var after = await client.Models.MakeLiveAsync(reference, context.Get(Drop)!, cancellationToken);
        var change = LiveChange.Of(before, after);
        var promoted = new Promoted(reference.Name, before?.Version, after.Version, change.Gone, change.Come);
        context.Output.Result(promoted, console => console.Facts(
            ("live", before is null ? $"{reference.Name}@{after.Version}" : $"{reference.Name}@{after.Version}, before {reference.Name}@{before.Version}"),
            ("no longer answered", string.Join(", ", promoted.Gone)),
            ("answered now", string.Join(", ", promoted.Come))));
        return ExitCodes.Success;
    });

    internal sealed record Promoted(string Model, int? Before, int Live, IReadOnlyList<string> Gone, IReadOnlyList<string> Come);
}
