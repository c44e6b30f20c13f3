using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting;

/// <summary>A private authority for the certificates of a cluster, for groups whose institution has none: two files in a folder, and one for each it issues.</summary>
/// <param name="folder">The folder of its files.</param>
/// <param name="clock">When certificates begin.</param>
public sealed class CertificateAuthority(string folder, TimeProvider clock)
{
    /// <summary>How long it is good.</summary>
    public const int Years = 10;

    /// <summary>How long what it issues is good when nobody says otherwise.</summary>
    public const int Days = 365;

    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    // The clocks of other machines may go behind.
    private static readonly TimeSpan Earlier = TimeSpan.FromHours(1);

    /// <summary>Its certificate: what <c>tls-ca-file</c> names.</summary>
    public string CertificateFile { get; } = Path.Combine(folder, "authority.pem");

    /// <summary>Its private key: who has it can pass for any silo and client.</summary>
    public string KeyFile { get; } = Path.Combine(folder, "authority.key");

    /// <summary>Makes it.</summary>
    /// <returns>When it ends.</returns>
    /// <exception cref="HermesException">There is one.</exception>
    public DateTimeOffset Create()
    {
        RequireAbsent(CertificateFile);
        RequireAbsent(KeyFile);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Hermes cluster authority {RandomNumberGenerator.GetHexString(8, lowercase: true)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = clock.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - Earlier, now.AddYears(Years));
        Directory.CreateDirectory(folder);
        PrivateFile.Write(KeyFile, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem() + "\n");
        return certificate.NotAfter;
    }

    /// <summary>Issues a certificate: of a silo when it is reached by hosts, of a client otherwise, which cannot pass for a silo.</summary>
    /// <param name="name">Whose it is; names the file.</param>
    /// <param name="hosts">Host names and IP addresses of the silo.</param>
    /// <param name="days">How long it is good.</param>
    /// <returns>The file, for <c>tls-certificate-file</c>, and when the certificate ends.</returns>
    /// <exception cref="HermesException">There is no authority, it has ended, or there is a certificate of that name.</exception>
    public (string File, DateTimeOffset Expires) Issue(string name, IReadOnlyList<string> hosts, int days = Days)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        var file = Path.Combine(folder, $"{name}.pem");
        RequireAbsent(file);
        using var authority = Read();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [.. hosts.Count > 0 ? new[] { new Oid(ForServers) } : [], new Oid(ForClients)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (hosts.Count > 0)
        {
            request.CertificateExtensions.Add(Named(hosts));
        }

        var now = clock.GetUtcNow();
        DateTimeOffset end = authority.NotAfter;
        if (now >= end)
        {
            throw new HermesException(
                string.Create(CultureInfo.InvariantCulture, $"The authority in {folder} ended at {end.UtcDateTime:u}, and nobody would take what it issues now."),
                CertificateFile,
                "Make another in a new folder; everybody needs both authorities until all have certificates of the new one.");
        }

        using var certificate = request.Create(authority, now - Earlier, now.AddDays(days) < end ? now.AddDays(days) : end, RandomNumberGenerator.GetBytes(16));
        PrivateFile.Write(file, Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"));
        return (file, certificate.NotAfter);
    }

    private static X509Extension Named(IReadOnlyList<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        return names.Build();
    }

    private static void RequireAbsent(string file)
    {
        if (File.Exists(file))
        {
            throw new HermesException($"{file} is there already, and a new one would end what it is used for.", file, "Name another, or remove it first.");
        }
    }

    private X509Certificate2 Read()
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new HermesException($"There is no authority in {folder} that could issue: {unusable.Message}", folder);
        }
    }
}
