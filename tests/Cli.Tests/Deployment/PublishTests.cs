using System.Diagnostics;
using System.Text.RegularExpressions;
using Hermes.Hosting;

namespace Hermes.Cli.Tests.Deployment;

/// <summary><c>eng/publish</c>, which makes the programs that serve on other machines.</summary>
public sealed partial class PublishTests : IDisposable
{
    private static readonly string Script = Path.Combine(Repository.Root, "eng", "publish");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_program_is_published_where_the_others_look_for_it()
    {
        var rooms = Rooms().Match(await File.ReadAllTextAsync(Script)).Groups[1].Value.Split(' ');

        Assert.Equal(new[] { PlatformProgram.Silo, PlatformProgram.Worker, PlatformProgram.Dashboard, PlatformProgram.Cli }.Select(p => p.Room).Order(), rooms.Order());
    }

    [Fact]
    public async Task A_folder_that_is_there_is_left_as_it_is()
    {
        var file = _folder.File("serving", "1");

        var (code, output) = await RunAsync(Script, _folder.Path);

        Assert.Equal(1, code);
        Assert.Contains($"error: {_folder.Path} is there already.", output, StringComparison.Ordinal);
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Equal((2, 0), ((await RunAsync(Script)).Code, (await RunAsync(Script, "--help")).Code));
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task What_is_published_serves_without_the_checkout()
    {
        var programs = _folder.At("hermes-1");
        var (published, said) = await RunAsync(Script, programs);
        Assert.True(published == 0, said);
        Directory.CreateSymbolicLink(_folder.At("hermes"), programs);
        var hermes = _folder.At("hermes/hermes");
        var port = Loopback.FreePorts(1)[0];

        using var serve = Process.Start(new ProcessStartInfo(hermes, ["serve", "--no-dashboard", "--data-dir", _folder.At("data"), "--address", $"127.0.0.1:{port}"]))!;
        try
        {
            var (code, output) = (1, "");
            for (var clock = Stopwatch.StartNew(); code != 0 && clock.Elapsed < TimeSpan.FromMinutes(1); await Task.Delay(500))
            {
                (code, output) = await RunAsync(hermes, "doctor", "--json", "--address", $"127.0.0.1:{port}", "--token-file", _folder.At("data/access.token"));
            }

            Assert.True(code == 0, output);
            Assert.Contains("computes rightly here", output, StringComparison.Ordinal);
        }
        finally
        {
            Signals.AskToEnd(serve);
            await serve.EndAsync();
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        return (await process.EndAsync(TimeSpan.FromMinutes(8)), await output + await error);
    }

    [GeneratedRegex(@"for room in ([\w ]+);")]
    private static partial Regex Rooms();
}
