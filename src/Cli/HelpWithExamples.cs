using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Hermes.Cli.Verbs;

namespace Hermes.Cli;

/// <summary>The usual help, and below it how the verb is used in practice.</summary>
internal sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
{
    private static readonly string[] FirstSteps =
    [
        "hermes quickstart                                      try everything on synthetic scans",
        "hermes serve                                           start a platform; leave it running",
        "hermes dataset add abdomen --modality ct --images scans --labels labels --label-names names.json",
        "hermes train --name first --datasets abdomen --wait",
        "hermes segment scan.nii.gz -o organs.nii.gz",
        "hermes evaluate --model universal --dataset abdomen",
    ];

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        // A list of verbs tells what each is for; the rest of its description is in its own help.
        foreach (var verb in parseResult.CommandResult.Command.Subcommands)
        {
            verb.Description = FirstSentence(verb.Description!);
        }

        var code = inner.Invoke(parseResult);
        var examples = parseResult.CommandResult.Command switch
        {
            VerbCommand verb => verb.Examples,
            RootCommand => FirstSteps,
            var group => [.. group.Subcommands.OfType<VerbCommand>().Select(verb => verb.Examples[0])],
        };
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
        foreach (var example in examples)
        {
            output.WriteLine("  " + example);
        }

        return code;
    }

    private static string FirstSentence(string text) => text.IndexOf(". ", StringComparison.Ordinal) is >= 0 and var end ? text[..(end + 1)] : text;
}
