using Hermes.Hosting.Servers;

namespace Hermes.Tests;

/// <summary>A server of this machine in a folder of its own, which goes with it.</summary>
/// <typeparam name="T">What it is.</typeparam>
internal sealed class NativeServer<T> : IAsyncDisposable
    where T : LocalServer
{
    private readonly TemporaryFolder _folder = new();

    private ServerProcess? _process;

    /// <param name="make">Names the server, given its folder.</param>
    public NativeServer(Func<string, T> make) => Server = make(_folder.Path);

    public T Server { get; }

    public bool HasEnded => _process!.HasExited;

    /// <summary>The processes that live.</summary>
    public IReadOnlyList<int> Living() => ServerProcess.Living(Server.Folder);

    /// <summary>The last that it said.</summary>
    public string Words() => _process!.LastWords() ?? "";

    public async Task BeginAsync()
    {
        await Server.PrepareAsync(CancellationToken.None);
        _process = ServerProcess.Start(Server);
    }

    /// <summary>In order.</summary>
    public async Task EndAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }

    /// <summary>As a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is not null)
        {
            await _process.KillAsync();
            _process = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }
}
