using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;

namespace Hermes.Cli.Platform;

/// <summary>A platform of this process's own: one supervised silo, alive as long as this process.</summary>
internal sealed class EmbeddedPlatform : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly CancellationTokenSource _end = new();
    private Supervision? _supervision;

    private EmbeddedPlatform(string address, Action<string>? onLine, Action<string> say, IReadOnlyList<string> arguments)
    {
        Address = address;
        Silo = new Supervisor(PlatformProgram.Silo, arguments, onLine, say);
        Running = Silo.RunAsync(_end.Token);
    }

    public string Address { get; }

    public Supervisor Silo { get; }

    /// <summary>Ends when the platform ended; failed when the silo was given up.</summary>
    public Task Running { get; }

    /// <summary>Starts a silo and waits until it answers.</summary>
    /// <param name="address">Where it shall answer; null for a free loopback port.</param>
    /// <param name="dataDirectory">Where it keeps everything.</param>
    /// <param name="onLine">Told every line it writes.</param>
    /// <param name="say">Told when it had to be started again.</param>
    /// <param name="options">More of the silo's own options.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <param name="entry">How clients enter it, where not at its address and with its own token.</param>
    /// <exception cref="HermesException">It did not start; the message is the silo's own, or says what it would lack.</exception>
    public static async Task<EmbeddedPlatform> StartAsync(
        string? address,
        string dataDirectory,
        Action<string>? onLine,
        Action<string> say,
        IEnumerable<string> options,
        CancellationToken cancellationToken,
        PlatformEntry? entry = null)
    {
        OpenFiles.Require();
        address ??= Loopback.FreeAddress();
        entry ??= new PlatformEntry(address);
        var platform = new EmbeddedPlatform(entry.Address, onLine, say, ["--data-dir", Path.GetFullPath(dataDirectory), "--address", address, "--exit-with-parent", .. options]);
        try
        {
            await platform.AnswersAsync(entry, cancellationToken);

            // From now on a silence is a restart, which clients wait for.
            platform._supervision = Supervision.Announce(address);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _supervision?.Dispose();
        await _end.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    /// <summary>Waits until the own silo answers: another platform at the same address does not count.</summary>
    private async Task AnswersAsync(PlatformEntry entry, CancellationToken cancellationToken)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (Running.IsCompleted)
            {
                await Running;
            }

            try
            {
                await using var client = await entry.ConnectAsync(cancellationToken);
                if (client.Platform.ProcessId == Silo.ProcessId)
                {
                    return;
                }
            }
            catch (HermesException) when (TimeProvider.System.GetElapsedTime(from) < StartPatience)
            {
                // Not yet.
            }

            if (Silo.IsAway)
            {
                // However long that takes.
                from = TimeProvider.System.GetTimestamp();
            }

            if (TimeProvider.System.GetElapsedTime(from) >= StartPatience)
            {
                throw new HermesException($"The platform did not answer at {Address} within {StartPatience.TotalSeconds:0} s.");
            }

            await Task.WhenAny(Running, Task.Delay(Pause, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
