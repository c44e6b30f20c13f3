using System.Globalization;

namespace Hermes.Hosting.Servers;

/// <summary>The <c>azurite-blob</c> of this machine, which answers as Azure Blob Storage does.</summary>
/// <param name="program">What <see cref="Find"/> found.</param>
/// <param name="folder">Where it keeps everything.</param>
/// <param name="port">Where it listens.</param>
/// <param name="key">Of its only account, in base64.</param>
public sealed class LocalAzurite(string program, string folder, int port, string key) : LocalServer("Azurite", folder)
{
    /// <summary>Its only account.</summary>
    public const string Account = "hermes";

    /// <summary>The version that is known to work.</summary>
    public const string Version = "3.35.0";

    /// <summary>PEM with its certificate and private key, with which it takes connections over TLS only; null for none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>How clients reach it, with the key.</summary>
    public string ConnectionString => ConnectionTo("127.0.0.1", Port, key, CertificateFile is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps);

    public int Port { get; } = port;

    // The library's version of the protocol is newer than the server's.
    public override IReadOnlyList<string> Command =>
    [
        program, "--blobHost", "127.0.0.1", "--blobPort", Port.ToString(CultureInfo.InvariantCulture), "--location", At("data"), "--skipApiVersionCheck", "--disableTelemetry",
        "--silent", .. CertificateFile is null ? Array.Empty<string>() : ["--cert", CertificateFile, "--key", CertificateFile],
    ];

    public override IReadOnlyList<(string Name, string Value)> Environment => [("AZURITE_ACCOUNTS", $"{Account}:{key}")];

    /// <summary>How clients reach one.</summary>
    public static string ConnectionTo(string host, int port, string key, string scheme = "http") => string.Create(
        CultureInfo.InvariantCulture, $"DefaultEndpointsProtocol={scheme};AccountName={Account};AccountKey={key};BlobEndpoint={scheme}://{host}:{port}/{Account};");

    /// <summary>The program to start; null where it is not installed.</summary>
    /// <param name="folders">Where to look before PATH.</param>
    public static string? Find(params IEnumerable<string> folders) => FolderOf("azurite-blob", folders) is { } folder ? Path.Combine(folder, "azurite-blob") : null;

    public override Task PrepareAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        return Task.CompletedTask;
    }

    public override Task<bool> AnswersAsync(CancellationToken cancellationToken) => ConnectsAsync(Port, cancellationToken);
}
