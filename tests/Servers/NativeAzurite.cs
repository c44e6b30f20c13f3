using System.Globalization;
using Hermes.Hosting;

namespace Hermes.Tests;

/// <summary>The <c>azurite-blob</c> of this machine with a folder, port and key of its own, on loopback only.</summary>
internal sealed class NativeAzurite : AzuriteServer
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _program;
    private readonly string _key;
    private readonly int _port;
    private readonly NativeProcess _process;

    public NativeAzurite(string program)
        : this(program, Key(), Loopback.FreePorts(1)[0])
    {
    }

    private NativeAzurite(string program, string key, int port)
        : base(Address("127.0.0.1", port, key)) => (_program, _key, _port, _process) = (program, key, port, new NativeProcess(_folder.Path));

    public string Folder => _folder.Path;

    public int Port => _port;

    protected override bool HasEnded => _process.HasEnded;

    /// <summary>The program to start: on PATH, or where the maintainers' tests install it; null where it is not.</summary>
    public static string? Find() => !OperatingSystem.IsLinux() ? null :
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Append(Path.Combine(Repository.Root, "artifacts", "servers", "node_modules", ".bin"))
            .Select(folder => Path.Combine(folder, "azurite-blob")).FirstOrDefault(File.Exists);

    /// <summary>Its processes that live.</summary>
    public IReadOnlyList<int> Living() => _process.Living();

    /// <summary>In order: it writes down what it was told every few seconds only.</summary>
    public override Task StopAsync() => _process.EndAsync();

    public override async ValueTask DisposeAsync()
    {
        await _process.KillAsync();
        _folder.Dispose();
    }

    protected override Task BeginAsync()
    {
        // The library's version of the protocol is newer than the server's.
        _process.Start(
            [
                _program, "--blobHost", "127.0.0.1", "--blobPort", _port.ToString(CultureInfo.InvariantCulture), "--location", _folder.At("data"),
                "--skipApiVersionCheck", "--disableTelemetry", "--silent",
            ],
            [("AZURITE_ACCOUNTS", $"{Account}:{_key}")]);
        return Task.CompletedTask;
    }

    protected override string Words() => _process.Words();
}
