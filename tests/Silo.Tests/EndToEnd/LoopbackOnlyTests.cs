using System.Diagnostics;
using System.Globalization;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Tests.Processes;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>The platform at work asks nobody beyond this machine for anything, whichever package or native library would like to.</summary>
public sealed class LoopbackOnlyTests(Phantoms phantoms) : IClassFixture<Phantoms>, IDisposable
{
    /// <summary>Usage reports are sent some minutes after a start.</summary>
    private static readonly TimeSpan Work = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    [Trait("Length", "Long")]
    public async Task Ten_minutes_of_work_resolve_no_name_and_open_no_connection_beyond_loopback()
    {
        await NetworkTrace.RequireAsync();
        var trace = new NetworkTrace(_folder.Path);
        var clock = Stopwatch.StartNew();
        var (address, port) = (SiloProcess.FreeAddress(), SiloProcess.FreeAddress().Split(':')[1]);
        using var serve = Process.Start(trace.Of("dotnet", HermesProcess.Program, "serve", "--data-dir", _folder.At("data"), "--address", address, "--dashboard-port", port))!;
        _ = serve.StandardOutput.ReadToEndAsync();
        _ = serve.StandardError.ReadToEndAsync();
        try
        {
            await WorkAsync(trace, address, port, clock);
        }
        finally
        {
            await EndAsync(serve);
        }

        Assert.Equal([], trace.Foreign());
        Assert.InRange(trace.ConnectionsToLoopback(), 10, int.MaxValue);
    }

    private async Task WorkAsync(NetworkTrace trace, string address, string port, Stopwatch clock)
    {
        await VerbUntilItWorksAsync(trace, clock, "dataset", "list", "--address", address);
        var source = phantoms.Source("phantom_ct", "ct", training: 4, test: 1);
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(source.Cases[0].Image))!;
        await VerbAsync(
            trace,
            "dataset",
            "add",
            "phantom_ct",
            "--modality",
            "ct",
            "--images",
            Path.Combine(folder, "images"),
            "--labels",
            Path.Combine(folder, "labels"),
            "--label-names",
            Path.Combine(folder, "labels.json"),
            "--address",
            address);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        var code = AccessToken.Read(_folder.At(Path.Combine("data", AccessToken.FileName))).SignEntry(TimeProvider.System.GetUtcNow());
        Assert.True((await http.GetAsync($"{AccessToken.EntryPath}?code={code}")).IsSuccessStatusCode);
        for (var round = 1; clock.Elapsed < Work; round++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"run{round}");
            await VerbAsync(trace, "train", "--name", name, "--preset", "tiny", "--steps", "40", "--wait", "--address", address);
            await VerbAsync(trace, "segment", source.Cases[0].Image, "-o", _folder.At($"{name}.nii.gz"), "--dataset", "phantom_ct", "--address", address);
            await VerbAsync(trace, "evaluate", "--dataset", "phantom_ct", "--split", "test", "--address", address);
            Assert.Contains("phantom_ct", await http.GetStringAsync("/"), StringComparison.Ordinal);
        }
    }

    private static async Task VerbUntilItWorksAsync(NetworkTrace trace, Stopwatch clock, params string[] arguments)
    {
        while (await RunAsync(trace, arguments) is { ExitCode: not 0 } refused)
        {
            Assert.True(clock.Elapsed < Patience, refused.Text);
            await Task.Delay(500);
        }
    }

    private static async Task VerbAsync(NetworkTrace trace, params string[] arguments)
    {
        var (exitCode, text) = await RunAsync(trace, arguments);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)}: {text}");
    }

    private static async Task<(int ExitCode, string Text)> RunAsync(NetworkTrace trace, string[] arguments)
    {
        using var verb = Process.Start(trace.Of("dotnet", [HermesProcess.Program, .. arguments]))!;
        verb.StandardInput.Close();
        var (output, error) = (verb.StandardOutput.ReadToEndAsync(), verb.StandardError.ReadToEndAsync());
        return (await verb.EndAsync(Patience), await output + await error);
    }

    // strace leaves SIGTERM to the program it watches; serve is its only child.
    private static async Task EndAsync(Process serve)
    {
        foreach (var child in (await File.ReadAllTextAsync($"/proc/{serve.Id}/task/{serve.Id}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            using var signal = Process.Start("kill", ["-TERM", child]);
            await signal.EndAsync();
        }

        await serve.EndAsync(Patience);
    }
}
