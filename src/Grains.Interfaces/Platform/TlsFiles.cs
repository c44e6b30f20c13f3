namespace Hermes.Grains.Interfaces.Platform;

/// <summary>The files of mutual TLS, as silos and clients are told them.</summary>
/// <param name="Certificate">PEM: whose it is, the certificate first, its chain, and its private key.</param>
/// <param name="Authority">PEM: the authorities that issued the certificates of silos and clients.</param>
public sealed record TlsFiles(string Certificate, string Authority)
{
    /// <summary>The option that names <see cref="Certificate"/>.</summary>
    public const string CertificateOption = "--tls-certificate-file";

    /// <summary>The option that names <see cref="Authority"/>.</summary>
    public const string AuthorityOption = "--tls-ca-file";

    /// <summary>The environment variable that names <see cref="Certificate"/>.</summary>
    public const string CertificateVariable = "HERMES_TLS_CERTIFICATE_FILE";

    /// <summary>The environment variable that names <see cref="Authority"/>.</summary>
    public const string AuthorityVariable = "HERMES_TLS_CA_FILE";

    /// <summary>What the option of a client says of <see cref="Certificate"/>.</summary>
    public const string CertificateHelp = "This client's certificate, its chain and its private key in PEM: needed where the platform is on another machine; " + CertificateVariable + " names one too.";

    /// <summary>What the option of a client says of <see cref="Authority"/>.</summary>
    public const string AuthorityHelp = "The certificate of the authority by which silos are known, in PEM: with it the platform is spoken to over TLS only; " + AuthorityVariable + " names one too.";

    /// <summary>Both, or null for neither.</summary>
    /// <exception cref="HermesException">One of them is missing.</exception>
    public static TlsFiles? Of(string? certificate, string? authority) => (certificate, authority) switch
    {
        ({ } own, { } others) => new TlsFiles(own, others),
        (null, null) => null,
        (null, _) => throw Missing("the authority of the others, but no certificate of its own", CertificateOption),
        _ => throw Missing("a certificate, but no authority by which the others are known", AuthorityOption),
    };

    private static HermesException Missing(string told, string option) => new($"For TLS only one of two files is named: {told}.", hint: $"Name the other one with {option}.");
}
