namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>One real platform for many tests, with a small dataset and a model that has seen one step of training.</summary>
public sealed class SharedPlatform : IAsyncLifetime
{
    public const string Dataset = "boxes";

    private readonly TemporaryFolder _folder = new();

    public string DataDirectory => _folder.At("data");

    internal EndToEnd.Platform Platform { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Platform = await EndToEnd.Platform.StartAsync(DataDirectory);
        Assert.Equal(0, (await Platform.AddAsync(Dataset, Cases(Dataset))).ExitCode);
        Assert.Equal(0, (await Platform.HermesAsync("train", "--name", "one", "--preset", "tiny", "--steps", "1", "--wait")).ExitCode);
    }

    public async Task DisposeAsync()
    {
        await Platform.DisposeAsync();
        _folder.Dispose();
    }

    /// <inheritdoc cref="Scans.WriteCases"/>
    internal string Cases(string name) => Scans.WriteCases(_folder.At(name));
}
