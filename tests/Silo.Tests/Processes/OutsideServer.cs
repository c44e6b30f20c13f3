using System.Diagnostics;
using System.Security.Cryptography;

namespace Hermes.Silo.Tests.Processes;

/// <summary>A server that the platform works with and that is not ours: the real one, somebody else's or the test's own.</summary>
/// <typeparam name="TUnreachable">What trying to connect throws while it does not answer.</typeparam>
internal abstract class OutsideServer<TUnreachable> : IAsyncDisposable
    where TUnreachable : Exception
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Takes it away without a word to those that are connected, as a power cut would where that can be done.</summary>
    public abstract Task StopAsync();

    /// <summary>Takes it away if it is there and brings it back: the same address, the same data.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await BeginAsync();
        await AnswersAsync();
    }

    public abstract ValueTask DisposeAsync();

    protected static string Secret() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    protected abstract Task BeginAsync();

    /// <summary>Connects, and lets go again.</summary>
    protected abstract Task ConnectAsync();

    /// <summary>What it said that tells why it does not answer.</summary>
    protected virtual string Words() => "";

    protected virtual bool HasEnded => false;

    protected static async Task<T> StartedAsync<T>(T server)
        where T : OutsideServer<TUnreachable>
    {
        await server.BeginAsync();
        return await ReadyAsync(server);
    }

    protected static async Task<T> ReadyAsync<T>(T server)
        where T : OutsideServer<TUnreachable>
    {
        try
        {
            await server.AnswersAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task AnswersAsync()
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                await ConnectAsync();
                return;
            }
            catch (TUnreachable) when (!HasEnded && clock.Elapsed < Patience)
            {
                // It is still beginning.
            }
            catch (TUnreachable unreachable)
            {
                throw new InvalidOperationException($"{GetType().Name} did not answer: {Words()}", unreachable);
            }
        }
    }
}
