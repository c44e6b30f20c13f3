namespace Hermes.Hosting;

/// <summary>How programs are told the two files of mutual TLS.</summary>
public static class TlsFileOptions
{
    /// <summary>The option with a certificate, its chain and its private key.</summary>
    public const string Certificate = "--tls-certificate-file";

    /// <summary>The option with the authority.</summary>
    public const string Authority = "--tls-ca-file";

    /// <summary>The environment variable for <see cref="Certificate"/>.</summary>
    public const string CertificateVariable = "HERMES_TLS_CERTIFICATE_FILE";

    /// <summary>The environment variable for <see cref="Authority"/>.</summary>
    public const string AuthorityVariable = "HERMES_TLS_CA_FILE";

    /// <summary>What a client's option <see cref="Certificate"/> says.</summary>
    public const string CertificateHelp = "This client's certificate, its chain and its private key in PEM: needed where the platform is on another machine; "
        + CertificateVariable + " names one too.";

    /// <summary>What a client's option <see cref="Authority"/> says.</summary>
    public const string AuthorityHelp = "The certificate of the authority by which silos are known, in PEM: with it the platform is spoken to over TLS only; "
        + AuthorityVariable + " names one too.";
}
