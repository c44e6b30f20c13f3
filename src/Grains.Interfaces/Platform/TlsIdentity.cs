using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hermes.Grains.Interfaces.Platform;

/// <summary>
/// Who a silo or client is, and by which authorities it knows the others. Those of its file count and nobody else's, whatever the machine trusts; and who is
/// connected to must have the name that was asked for.
/// </summary>
public sealed class TlsIdentity
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    private readonly TlsFiles _files;
    private readonly X509Certificate2Collection _authorities;

    private TlsIdentity(TlsFiles files, X509Certificate2 certificate, X509Certificate2Collection chain, X509Certificate2Collection authorities)
    {
        (_files, Certificate, Chain, _authorities) = (files, certificate, chain, authorities);
        Shown = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>Its certificate, with the private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What stands between its certificate and the authority.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>When its certificate ends.</summary>
    public DateTimeOffset Expires => Certificate.NotAfter;

    private SslStreamCertificateContext Shown { get; }

    /// <summary>Reads the files and makes sure that others will take what they hold.</summary>
    /// <exception cref="HermesException">They cannot be used. What the private key is, is not told.</exception>
    public static TlsIdentity Read(TlsFiles files, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(files);
        var authorities = Certificates(files.Authority, Text(files.Authority, File.ReadAllText));
        var (certificate, chain) = ReadCertificate(files.Certificate);
        var identity = new TlsIdentity(files, certificate, chain, authorities);
        identity.RequireIssued(now);
        return identity;
    }

    /// <summary>The certificate of a file with its private key, and what stands between it and its authority.</summary>
    /// <exception cref="HermesException">It cannot be used. What the private key is, is not told.</exception>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Chain) ReadCertificate(string file)
    {
        var text = Text(file, f => PrivateText.Read(f, "a private key"));
        var chain = Certificates(file, text);
        chain.RemoveAt(0);
        return (WithKey(file, text), chain);
    }

    /// <summary>Requires that it may stand for a silo that is reached by these names and addresses.</summary>
    /// <exception cref="HermesException">It may not.</exception>
    public void RequireSilo(params IEnumerable<string> hosts)
    {
        RequireUse(ForServers, "a server");
        foreach (var host in hosts.Distinct().Where(host => !Certificate.MatchesHostname(host, allowCommonName: false)))
        {
            throw Refused(
                $"does not name {host}, at which others reach this silo", "Have one issued whose alternative names hold the host name of the silo and its IP address, by which the other silos reach it.");
        }
    }

    /// <summary>What to say when its end is near; null when it is not.</summary>
    public string? Warning(DateTimeOffset now) => Expires - now > Soon ? null : string.Create(
        CultureInfo.InvariantCulture, $"The certificate in {_files.Certificate} ends at {Expires.UtcDateTime:u}; put a new one in its place and start again before that.");

    /// <summary>At the end that is connected to.</summary>
    /// <param name="connection">Its options.</param>
    /// <param name="fromSilo">Whether only a silo may connect, not a client.</param>
    public void Admit(SslServerAuthenticationOptions connection, bool fromSilo)
    {
        ArgumentNullException.ThrowIfNull(connection);
        // The context has the chain, too, which a certificate or callback would not show.
        (connection.ServerCertificate, connection.ServerCertificateSelectionCallback) = (null, null);
        connection.ServerCertificateContext = Shown;
        connection.ClientCertificateRequired = true;
        connection.CertificateChainPolicy = Policy(fromSilo ? [ForClients, ForServers] : [ForClients]);
    }

    /// <summary>At the end that connects.</summary>
    /// <param name="connection">Its options.</param>
    /// <param name="host">Whom it wants; null when the options say it.</param>
    public void Enter(SslClientAuthenticationOptions connection, string? host = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.TargetHost = host ?? connection.TargetHost;
        (connection.ClientCertificates, connection.LocalCertificateSelectionCallback) = (null, null);
        connection.ClientCertificateContext = Shown;
        connection.CertificateChainPolicy = Policy(ForServers);
    }

    /// <summary>Whether one of the authorities issued the certificate of a server.</summary>
    /// <param name="certificate">The server's.</param>
    /// <param name="shown">What else the server showed.</param>
    public bool Issued(X509Certificate2 certificate, IEnumerable<X509Certificate2> shown)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(ForServers) };
        chain.ChainPolicy.ExtraStore.AddRange(shown.ToArray());
        return chain.Build(certificate);
    }

    private static string Text(string file, Func<string, string> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new HermesException($"The certificate {file} cannot be read: {unreadable.Message}", file);
        }
    }

    private static X509Certificate2Collection Certificates(string file, string text)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(text);
        }
        catch (CryptographicException unreadable)
        {
            throw new HermesException($"What {file} holds is no certificate: {unreadable.Message}", file);
        }

        return found.Count > 0 ? found : throw new HermesException($"{file} holds no certificate: text with BEGIN CERTIFICATE (PEM) was expected.", file);
    }

    private static X509Certificate2 WithKey(string file, string text)
    {
        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new HermesException($"{file} holds no private key.", file, "Put certificate, chain and private key into one file: cat silo.crt chain.crt silo.key > silo.pem");
        }

        if (text.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw new HermesException($"The private key in {file} is encrypted, and nobody is there to give the password.", file, "Decrypt it: openssl pkey -in silo.key -out plain.key");
        }

        try
        {
            return X509Certificate2.CreateFromPem(text, text);
        }
        catch (Exception unfit) when (unfit is CryptographicException or ArgumentException)
        {
            throw new HermesException(
                $"The private key in {file} cannot be read, or does not fit the first certificate there.", file, "The certificate of the key stands first, its chain follows.");
        }
    }

    private void RequireIssued(DateTimeOffset now)
    {
        if (now > Expires || now < Certificate.NotBefore)
        {
            throw Refused(
                string.Create(CultureInfo.InvariantCulture, $"is good from {Certificate.NotBefore.ToUniversalTime():u} to {Expires.UtcDateTime:u}, and now it is {now.UtcDateTime:u}"),
                "Put one in its place that is good now, or set the clock of this machine.");
        }

        RequireUse(ForClients, "a client");
        using var chain = new X509Chain { ChainPolicy = Policy() };
        chain.ChainPolicy.ExtraStore.AddRange(Chain);
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        if (!chain.Build(Certificate))
        {
            throw Refused(
                $"is not of the authority in {_files.Authority}: {string.Join(' ', chain.ChainStatus.Select(s => s.StatusInformation.Trim()))}",
                "Name the authority that issued it, or have one issued by that authority; what stands between the two belongs into the file of the certificate.");
        }
    }

    private void RequireUse(string use, string what)
    {
        if (Certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } uses && !uses.EnhancedKeyUsages.Cast<Oid>().Any(u => u.Value == use))
        {
            throw Refused($"is not for {what}", "Silos need one that is for servers and for clients (extended key usage serverAuth and clientAuth), clients one that is for clients.");
        }
    }

    private HermesException Refused(string why, string hint) => new($"The certificate in {_files.Certificate} {why}.", _files.Certificate, hint);

    private X509ChainPolicy Policy(params IEnumerable<string> uses)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(_authorities);
        foreach (var use in uses)
        {
            policy.ApplicationPolicy.Add(new Oid(use));
        }

        return policy;
    }
}
