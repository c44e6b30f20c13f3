using System.Diagnostics;
using Hermes.Hosting;

namespace Hermes.Silo.Tests.EndToEnd.Upgrade;

/// <summary>The version before this one, built from the commit that <c>eng/previous-version</c> names, once.</summary>
/// <param name="Folder">Its checkout.</param>
internal sealed record PreviousVersion(string Folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    /// <summary>The version, built.</summary>
    public static async Task<PreviousVersion> BuildAsync()
    {
        var commit = (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "eng", "previous-version"))).Trim();
        var folder = Path.Combine(Repository.Root, "artifacts", "previous", commit);
        if (!Directory.Exists(folder))
        {
            var unfinished = Directory.CreateDirectory($"{folder}.part").FullName;
            Requirement.Met(
                "history",
                await RunAsync("sh", "-c", $"git -C '{Repository.Root}' archive {commit} | tar --extract --directory '{unfinished}'") == 0 && File.Exists(Path.Combine(unfinished, "hermes")),
                $"This checkout does not hold the commit {commit}.");
            Directory.Move(unfinished, folder);
        }

        // It builds what it needs before it runs anything.
        Assert.Equal(0, await RunAsync(Path.Combine(folder, "hermes"), "--help"));
        return new PreviousVersion(folder);
    }

    /// <summary>One of its programs.</summary>
    public string Find(PlatformProgram program) => Path.Combine(Folder, "artifacts", "bin", $"Hermes.{program.Room}", "release", program.File);

    /// <summary>Its command.</summary>
    public Task<HermesProcess> HermesAsync(params string[] arguments) => HermesProcess.RunAsync(Find(PlatformProgram.Cli), new Dictionary<string, string>(), arguments);

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        return await process.EndAsync(Patience);
    }
}
