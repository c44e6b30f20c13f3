using System.Diagnostics;
using System.Text.Json;

namespace Hermes.Architecture.Tests;

public sealed class TorchBackendTests
{
    [Theory]
    [InlineData("cpu", "TorchSharp", "libtorch-cpu-linux-x64")]
    [InlineData("cuda", "TorchSharp-cuda-linux")]
    public async Task The_switch_takes_the_packages_of_its_backend(string backend, params string[] expected)
    {
        using var evaluated = await EvaluateAsync(backend);

        Assert.Equal(expected, Packages(evaluated, "PackageReference").Keys.Where(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase)));
        Assert.All(expected, name => Assert.Contains(name, Packages(evaluated, "PackageVersion").Keys));
        // The lock files describe the cpu build.
        Assert.Equal(backend == "cpu" ? "true" : "", evaluated.RootElement.GetProperty("Properties").GetProperty("RestoreLockedMode").GetString());
    }

    private static Dictionary<string, JsonElement> Packages(JsonDocument evaluated, string kind) =>
        evaluated.RootElement.GetProperty("Items").GetProperty(kind).EnumerateArray().ToDictionary(item => item.GetProperty("Identity").GetString()!);

    private static async Task<JsonDocument> EvaluateAsync(string backend)
    {
        var project = Path.Combine(Repository.Root, "src", "Model", "Hermes.Model.csproj");
        var start = new ProcessStartInfo(
            "dotnet", ["msbuild", project, $"-p:TorchBackend={backend}", "-getProperty:RestoreLockedMode", "-getItem:PackageReference", "-getItem:PackageVersion"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        Assert.True(await process.EndAsync() == 0, output);
        return JsonDocument.Parse(output);
    }
}
