using Hermes.Hosting;
using Hermes.Hosting.Servers;

namespace Hermes.Tests;

/// <summary>The <c>azurite-blob</c> of this machine with a folder, port and key of its own.</summary>
internal sealed class NativeAzurite : AzuriteServer
{
    private readonly NativeServer<LocalAzurite> _native;

    private NativeAzurite(NativeServer<LocalAzurite> native)
        : base(native.Server.ConnectionString) => _native = native;

    public string Folder => _native.Server.Folder;

    public int Port => _native.Server.Port;

    protected override bool HasEnded => _native.HasEnded;

    /// <summary>A server that is not started yet, of the program on PATH or where the maintainers' tests install it; null where it is not.</summary>
    public static NativeAzurite? Find() => Find(null);

    /// <summary>One that takes connections over TLS only.</summary>
    /// <param name="certificateFile">Its certificate and private key.</param>
    public static Task<NativeAzurite> StartAsync(string certificateFile)
    {
        var found = Find(certificateFile);
        Requirement.Met("azurite", found is not null, "There is no program 'azurite-blob'.");
        return StartedAsync(found!);
    }

    /// <summary>Its processes that live.</summary>
    public IReadOnlyList<int> Living() => _native.Living();

    /// <summary>In order: it writes down what it was told every few seconds only.</summary>
    public override Task StopAsync() => _native.EndAsync();

    public override ValueTask DisposeAsync() => _native.DisposeAsync();

    protected override Task BeginAsync() => _native.BeginAsync();

    protected override async Task ConnectAsync()
    {
        if (_native.Server.CertificateFile is null)
        {
            await base.ConnectAsync();
        }
        else if (!await _native.Server.AnswersAsync(CancellationToken.None))
        {
            // Its certificate is of an authority that this process does not trust: that it listens must do.
            throw new Azure.RequestFailedException("It does not listen.");
        }
    }

    protected override string Words() => _native.Words();

    private static NativeAzurite? Find(string? certificateFile) => LocalAzurite.Find(Path.Combine(Repository.Root, "artifacts", "servers", "node_modules", ".bin")) is { } program
        ? new NativeAzurite(new NativeServer<LocalAzurite>(folder => new LocalAzurite(program, folder, Loopback.FreePorts(1)[0], Key()) { CertificateFile = certificateFile }))
        : null;
}
