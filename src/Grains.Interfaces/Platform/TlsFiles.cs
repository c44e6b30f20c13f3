namespace Hermes.Grains.Interfaces.Platform;

/// <summary>The files of mutual TLS, as silos and clients are told them.</summary>
/// <param name="Certificate">PEM: whose it is, the certificate first, its chain, and its private key.</param>
/// <param name="Authority">PEM: the authorities that issued the certificates of silos and clients.</param>
public sealed record TlsFiles(string Certificate, string Authority)
{
    /// <summary>Both, or null for neither.</summary>
    /// <exception cref="HermesException">One of them is missing.</exception>
    public static TlsFiles? Of(string? certificate, string? authority) => (certificate, authority) switch
    {
        ({ } own, { } others) => new TlsFiles(own, others),
        (null, null) => null,
        (null, _) => throw Missing("the authority of the others, but no certificate of its own", "tls-certificate-file"),
        _ => throw Missing("a certificate, but no authority by which the others are known", "tls-ca-file"),
    };

    private static HermesException Missing(string told, string setting) => new($"For TLS only one of two files is named: {told}.", hint: $"Name the other one with {setting}.");
}
