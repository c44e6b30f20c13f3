using Hermes.Client;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>A run that goes on until the test is over, however that ends: the tests after it need the device.</summary>
internal sealed class LongRun : IAsyncDisposable
{
    private readonly HermesClient _client;
    private readonly string _name;

    private LongRun(HermesClient client, string name) => (_client, _name) = (client, name);

    public static async Task<LongRun> StartAsync(HermesClient client, string name)
    {
        await client.Runs.StartAsync(name, new RunRequest { Preset = "tiny", Steps = 100_000 });
        return new LongRun(client, name);
    }

    public async ValueTask DisposeAsync()
    {
        if ((await _client.Runs.GetAsync(_name)).State is not (RunState.Cancelled or RunState.Failed))
        {
            await _client.Runs.CancelAsync(_name);
        }
    }
}
