using System.Diagnostics;
using System.Text.Json;

namespace Hermes.Tests;

/// <summary>The command as users run it: another process, its output and its exit code.</summary>
internal sealed record HermesProcess(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The built command, in the checkout and configuration this test was built in.</summary>
    public static string Program { get; } = Path.Combine(
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.FullName,
        "Hermes.Cli",
        new DirectoryInfo(AppContext.BaseDirectory).Name.Split('_')[0],
        "hermes.dll");

    /// <summary>Standard output as the one JSON document it must be.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static Task<HermesProcess> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    public static Task<HermesProcess> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) => RunAsync(Program, environment, arguments);

    /// <summary>A command that was built somewhere.</summary>
    public static async Task<HermesProcess> RunAsync(string program, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        using var process = Start(program, environment, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        return new HermesProcess(await process.EndAsync(Patience), await output, await error);
    }

    /// <summary>The command under way; whoever started it reads its output and ends it.</summary>
    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) => Start(Program, environment, arguments);

    private static Process Start(string program, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
