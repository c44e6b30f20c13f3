using System.Diagnostics;
using System.Text.Json;
using Hermes.Client.Datasets;
using Hermes.Hosting;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Synthetic datasets on disk, made once by the real worker program.</summary>
public sealed class Phantoms : IAsyncLifetime
{
    private readonly TemporaryFolder _directory = new();

    public async Task InitializeAsync()
    {
        var description = PlatformProgram.Worker.StartInfo("phantoms", "--out", _directory.Path, "--seed", "3");
        description.RedirectStandardOutput = true;
        using var worker = Process.Start(description)!;
        var printed = await worker.StandardOutput.ReadToEndAsync();
        Assert.Equal(0, await worker.EndAsync());
        using var document = JsonDocument.Parse(printed);
        Assert.Equal(3, document.RootElement.GetProperty("datasets").GetArrayLength());
    }

    public Task DisposeAsync()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The first cases of a dataset.</summary>
    internal DatasetSource Source(string dataset, string modality, int training, int test = 0)
    {
        var folder = Path.Combine(_directory.Path, dataset);
        return Platform.Source(dataset, folder, "labels.json", modality, training, test);
    }
}
