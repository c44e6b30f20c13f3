using System.Text.Json;
using Hermes.Client.Documents;
using Spectre.Console;

namespace Hermes.Cli.Output;

/// <summary>How a verb answers: tables for people, or exactly one JSON document.</summary>
internal sealed class VerbOutput(bool json)
{
    private const int WidthOfFiles = 200;

    /// <inheritdoc cref="DocumentJson.Options"/>
    public static JsonSerializerOptions JsonOptions => DocumentJson.Options;

    public bool IsJson => json;

    /// <summary>The verb's answer.</summary>
    public void Result<T>(T document, Action<IAnsiConsole> render)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(document, JsonOptions));
            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = WidthOfFiles;
        }

        render(console);
    }

    /// <summary>A sentence beside the answer: on standard error where standard output holds JSON.</summary>
    public void Say(string sentence) => (json ? Console.Error : Console.Out).WriteLine(sentence);

    /// <summary>A remark that is no part of the answer.</summary>
    public static void Remark(string sentence) => Console.Error.WriteLine(sentence);

    public void Failure(string error, string? file, string? hint)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new { error, file, hint }, JsonOptions));
            return;
        }

        Console.Error.WriteLine($"error: {error}");
        if (file is not null && !error.Contains(file, StringComparison.Ordinal))
        {
            Console.Error.WriteLine($"file:  {file}");
        }

        if (hint is not null)
        {
            Console.Error.WriteLine($"hint:  {hint}");
        }
    }

    public void WrongUsage(string error, string? hint) => Failure(error, null, hint);
}
