using System.Diagnostics;
using System.Security.Cryptography;

namespace Hermes.Tests;

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

    /// <summary>
    /// The one whose address was given, else one of the test's own, from a Docker engine or from the programs of the machine, whichever is there. Without
    /// any the test is skipped, or fails where HERMES_TEST_REQUIRE names it.
    /// </summary>
    /// <param name="name">As HERMES_TEST_REQUIRE and, in capitals, the variable with its address say.</param>
    /// <param name="foreign">One that somebody else runs at an address.</param>
    /// <param name="contained">One from an engine, or why there is none.</param>
    /// <param name="native">One of the machine's programs, if they are there.</param>
    /// <param name="program">What they are called.</param>
    protected static async Task<T> ChooseAsync<T>(string name, Func<string, T> foreign, Func<Task<(T? Server, string WhyNot)>> contained, Func<T?> native, string program)
        where T : OutsideServer<TUnreachable>
    {
        var variable = $"HERMES_TEST_{name.ToUpperInvariant()}";
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given)
        {
            return await StartedAsync(foreign(given));
        }

        var (container, noContainer) = await contained();
        if (container is not null)
        {
            return await ReadyAsync(container);
        }

        var own = native();
        Requirement.Met(name, own is not null, $"There is no {name}: {variable} is not set, {noContainer}, and there is no program '{program}'.");
        return await StartedAsync(own!);
    }

    protected static async Task<T> StartedAsync<T>(T server)
        where T : OutsideServer<TUnreachable>
    {
        await server.BeginAsync();
        return await ReadyAsync(server);
    }

    private static async Task<T> ReadyAsync<T>(T server)
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
