using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Client;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Cli.Verbs;

/// <summary>What a verb works with.</summary>
internal sealed class VerbContext(ParseResult parsed, VerbOutput output, ProgressDisplay progress) : IAsyncDisposable
{
    private HermesClient? _client;

    public static Option<string> Address { get; } = new("--address")
    {
        Description = "Where the platform answers, or several silos of one cluster with commas between; HERMES_ADDRESS names it too.",
        HelpName = "HOST:PORT",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("HERMES_ADDRESS") is { Length: > 0 } told ? told : PlatformDescription.DefaultAddress,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document on standard output; progress goes to standard error.",
        Recursive = true,
    };

    public VerbOutput Output { get; } = output;

    public ProgressDisplay Progress { get; } = progress;

    public string PlatformAddress => parsed.GetValue(Address)!;

    public bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>The platform at <c>--address</c>.</summary>
    public async Task<HermesClient> ConnectAsync(CancellationToken cancellationToken) =>
        _client ??= await HermesClient.ConnectAsync(PlatformAddress, null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }
    }
}
