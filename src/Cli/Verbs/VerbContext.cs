using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Cli.Platform;
using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;

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

    public static Option<string?> TokenFile { get; } = FileOption(
        "--token-file",
        "A copy of the platform's access token; HERMES_TOKEN_FILE names one too. Not needed by the user who runs the platform, on its machine.",
        "HERMES_TOKEN_FILE");

    public static Option<string?> TlsCertificateFile { get; } = FileOption(TlsFileOptions.Certificate, TlsFileOptions.CertificateHelp, TlsFileOptions.CertificateVariable);

    public static Option<string?> TlsAuthorityFile { get; } = FileOption(TlsFileOptions.Authority, TlsFileOptions.AuthorityHelp, TlsFileOptions.AuthorityVariable);

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document on standard output; progress goes to standard error.",
        Recursive = true,
    };

    public VerbOutput Output { get; } = output;

    public ProgressDisplay Progress { get; } = progress;

    public string PlatformAddress => parsed.GetValue(Address)!;

    /// <summary>The file with the access token that was named.</summary>
    public string? TokenFilePath => parsed.GetValue(TokenFile);

    /// <summary>The platform that was named.</summary>
    /// <exception cref="HermesException">One of the two files of certificates is missing.</exception>
    public PlatformEntry Entry => new(PlatformAddress, TokenFilePath, TlsFiles.Of(parsed.GetValue(TlsCertificateFile), parsed.GetValue(TlsAuthorityFile)));

    public bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>What several options say together.</summary>
    public T Read<T>(Func<ParseResult, T> read) => read(parsed);

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>The platform at <c>--address</c>.</summary>
    public async Task<HermesClient> ConnectAsync(CancellationToken cancellationToken) =>
        _client ??= await Entry.ConnectAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }
    }

    private static Option<string?> FileOption(string name, string description, string variable) => new(name)
    {
        Description = description,
        HelpName = "FILE",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } told ? told : null,
    };
}
