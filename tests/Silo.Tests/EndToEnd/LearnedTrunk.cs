using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>The data directory of a platform that knows two small datasets and has a trunk of one of them; each test goes on in a copy.</summary>
public sealed class LearnedTrunk : IAsyncLifetime
{
    private readonly Phantoms _phantoms = new();

    private readonly TemporaryFolder _folder = new();

    public async Task InitializeAsync()
    {
        await _phantoms.InitializeAsync();
        await using var platform = await Platform.StartAsync(_folder.At("learned"));
        await platform.Client.Datasets.AddAsync(_phantoms.Source("phantom_ct", "ct", training: 3, test: 2));
        await platform.Client.Datasets.AddAsync(_phantoms.Source("phantom_pet", "pet", training: 3, test: 1));
        await platform.Client.Runs.StartAsync("trunk", new RunRequest { Preset = "tiny", Steps = 20, Datasets = ["local/phantom_ct"] });
        await platform.WaitAsync("trunk", r => r is { State: RunState.Completed, ModelVersion: not null });
    }

    public async Task DisposeAsync()
    {
        _folder.Dispose();
        await _phantoms.DisposeAsync();
    }

    /// <summary>A data directory to go on in.</summary>
    internal string Copy(string name) => _folder.Copy(_folder.At("learned"), name);

    /// <summary>The first scan of a dataset.</summary>
    internal string Scan(string dataset, string modality) => _phantoms.Source(dataset, modality, training: 1).Cases[0].Image;
}
