using System.CommandLine;
using Hermes.Cli.Verbs;

namespace Hermes.Cli.Tests;

public sealed class CommandLineTests
{
    public static TheoryData<string> Words => [.. Commands(CommandLine.Create()).Select(path => string.Join(' ', path))];

    public static TheoryData<string> Examples => [.. Verbs(CommandLine.Create()).SelectMany(verb => verb.Examples)];

    [Theory]
    [MemberData(nameof(Words))]
    public async Task Help_teaches_by_example(string words)
    {
        var output = new StringWriter();
        var code = await CommandLine.Create().Parse([.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).InvokeAsync(new InvocationConfiguration { Output = output });

        Assert.Equal(0, code);
        Assert.Contains("Example", output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"  hermes {words}".TrimEnd(), output.ToString().Replace("./hermes", "hermes", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_is_understood(string example)
    {
        var comment = example.IndexOf("   ", StringComparison.Ordinal);
        var line = (comment < 0 ? example : example[..comment]).Replace("./hermes", "hermes", StringComparison.Ordinal).Replace("'", "\"", StringComparison.Ordinal);

        Assert.StartsWith("hermes ", line, StringComparison.Ordinal);
        Assert.Empty(CommandLine.Create().Parse(line["hermes ".Length..]).Errors);
    }

    [Fact]
    public void All_verbs_are_there()
    {
        string[] expected =
        [
            "access create", "access list", "access withdraw", "audit", "backup", "backup check", "blobs check", "blobs collect", "cluster certificate authority", "cluster certificate issue", "cluster demo", "cluster demo down", "cluster demo init", "cluster demo run", "cluster demo status", "cluster demo up", "cluster init", "config check", "config show", "dashboard", "dataset add", "dataset append", "dataset cancel", "dataset list", "dataset show", "dataset withdraw", "demo incremental", "doctor", "evaluate",
            "events discard", "events failed", "events list", "events retry", "events show",
            "model export", "model grow-rule", "model import", "model list", "model promote", "model rollback", "model show", "priors",
            "queue hold", "queue list", "queue move", "queue release", "quickstart", "restore", "run cancel", "run list", "run resume", "run show", "run watch", "segment", "serve", "study cancel", "study relations", "study show", "task list", "test", "train",
            "update cancel", "update create", "update list", "update preview", "update promote", "update resume", "update show", "update watch",
        ];

        string[] groups = ["", "access", "blobs", "cluster", "cluster certificate", "config", "dataset", "demo", "events", "model", "queue", "run", "study", "task", "update"];
        Assert.Equal(expected, Commands(CommandLine.Create()).Select(path => string.Join(' ', path)).Except(groups).Order());
    }

    [Theory]
    [InlineData("train --name a --devices x", "--devices must be a whole number, not 'x'.")]
    [InlineData("train --name a --steps 1.5", "--steps must be a whole number, not '1.5'.")]
    [InlineData("train --name a --steps 99999999999", "--steps must be at most 2147483647, not 99999999999.")]
    [InlineData("train --name a --seed x", "--seed must be a whole number, not 'x'.")]
    [InlineData("train --name a --steps -3000000000", "--steps must be at least -2147483648, not -3000000000.")]
    [InlineData("train --name a --devices 0", "--devices must be 1 or more.")]
    [InlineData("serve --patience x", "--patience must be a number, not 'x'.")]
    public void What_is_no_number_is_told_without_the_types_of_a_program(string line, string sentence) =>
        Assert.Equal(sentence, CommandLine.Sentence(Assert.Single(CommandLine.Create().Parse(line).Errors)));

    [Theory]
    [InlineData("--dashboard-port", "0", "serve")]
    [InlineData("--patience", "0", "serve")]
    [InlineData("--patience", "NaN", "serve")]
    [InlineData("--steps", "0", "train", "--name", "a")]
    [InlineData("--steps", "many", "train", "--name", "a")]
    [InlineData("--batch", "0", "train", "--name", "a")]
    [InlineData("--micro-batch", "0", "train", "--name", "a")]
    [InlineData("--preset", "huge", "train", "--name", "a")]
    [InlineData("--output", "map.pdf", "priors")]
    [InlineData("--lines", "many", "priors")]
    [InlineData("--lines", "1.5", "priors")]
    [InlineData("--places", "everywhere", "priors")]
    [InlineData("--output", "gains.pdf", "study", "show")]
    [InlineData("--priority", "urgent", "train", "--name", "a")]
    [InlineData("--priority", "urgent", "update", "create", "--datasets", "a")]
    [InlineData("--device", "tpu", "train", "--name", "a")]
    [InlineData("--split", "half", "evaluate", "--dataset", "a")]
    [InlineData("--budget", "0", "update", "create", "--datasets", "a")]
    [InlineData("--policy", "guess", "update", "create", "--datasets", "a")]
    [InlineData("--policy", "guess", "demo", "incremental")]
    [InlineData("--budget", "0", "update", "preview", "--datasets", "a")]
    [InlineData("--budget", "0min", "update", "create", "--datasets", "a")]
    [InlineData("--budget", "0", "demo", "incremental")]
    [InlineData("--budget", "soon", "demo", "incremental")]
    [InlineData("--steps", "5", "cluster", "demo")]
    [InlineData("--pairs", "3", "study", "relations")]
    [InlineData("--pairs", "201", "study", "relations")]
    [InlineData("--seeds", "0", "study", "relations")]
    [InlineData("--budget", "0m", "study", "relations")]
    [InlineData("--budget", "0h", "model", "grow-rule", "a", "--datasets", "b/*")]
    public void A_value_out_of_range_is_wrong_usage(string option, string value, params string[] rest) =>
        Assert.NotEmpty(CommandLine.Create().Parse([.. rest, option, value]).Errors);

    private static IEnumerable<IReadOnlyList<string>> Commands(Command command, params string[] path) =>
        [path, .. command.Subcommands.SelectMany(sub => Commands(sub, [.. path, sub.Name]))];

    private static IEnumerable<VerbCommand> Verbs(Command command) =>
        command.Subcommands.OfType<VerbCommand>().Concat(command.Subcommands.SelectMany(Verbs));
}
