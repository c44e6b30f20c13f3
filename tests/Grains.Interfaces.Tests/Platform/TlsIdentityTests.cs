using System.Security.Cryptography;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;

namespace Hermes.Grains.Interfaces.Tests.Platform;

/// <summary>Certificates that cannot be used, and what is said of each.</summary>
public sealed class TlsIdentityTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly TemporaryFolder _folder = new();
    private readonly CertificateAuthority _authority;

    public TlsIdentityTests()
    {
        _authority = new CertificateAuthority(_folder.Path, TimeProvider.System);
        _authority.Create();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_the_authority_issued_for_a_silo_stands_for_its_hosts_and_no_other()
    {
        var silo = Read(_authority.Issue("one", ["silo.example", "10.0.0.5"]).File);

        silo.RequireSilo("silo.example", "10.0.0.5");
        var refused = Assert.Throws<HermesException>(() => silo.RequireSilo("silo.example", "10.0.0.6"));

        Assert.Contains("one.pem does not name 10.0.0.6, at which others reach this silo", refused.Message, StringComparison.Ordinal);
        Assert.Null(silo.Warning(Now));
        Assert.Contains("ends at", silo.Warning(Now.AddDays(340)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_cannot_pass_for_a_silo() => Assert.Contains(
        "is not for a server", Assert.Throws<HermesException>(() => Read(_authority.Issue("ada", []).File).RequireSilo()).Message, StringComparison.Ordinal);

    [Fact]
    public void One_that_is_over_or_has_not_begun_is_refused_with_its_time()
    {
        var file = _authority.Issue("one", ["10.0.0.5"], days: 2).File;

        Assert.Contains("is good from", Assert.Throws<HermesException>(() => Read(file, Now.AddDays(3))).Message, StringComparison.Ordinal);
        Assert.Contains("is good from", Assert.Throws<HermesException>(() => Read(file, Now.AddDays(-1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_another_authority_is_refused_whatever_that_calls_itself()
    {
        var other = new CertificateAuthority(_folder.Folder("other"), TimeProvider.System);
        other.Create();

        var refused = Assert.Throws<HermesException>(() => Read(other.Issue("one", ["10.0.0.5"]).File));

        Assert.Contains($"is not of the authority in {_authority.CertificateFile}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_holds_no_certificate_no_key_or_the_key_of_another_is_told_without_the_key()
    {
        var one = File.ReadAllText(_authority.Issue("one", ["10.0.0.5"]).File);
        var two = File.ReadAllText(_authority.Issue("two", ["10.0.0.5"]).File);
        var (certificate, key) = (one[..one.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)], two[two.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)..]);
        using var locked = ECDsa.Create();
        var encrypted = locked.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000));

        Assert.Contains("cannot be read", Refusal(_folder.At("missing.pem")), StringComparison.Ordinal);
        Assert.Contains("holds no certificate", Refusal(Private("nothing.pem", "x")), StringComparison.Ordinal);
        Assert.Contains("holds no private key", Refusal(Private("keyless.pem", certificate)), StringComparison.Ordinal);
        Assert.Contains("is encrypted", Refusal(Private("locked.pem", certificate + encrypted)), StringComparison.Ordinal);
        Assert.Contains("does not fit the first certificate", Refusal(Private("mixed.pem", certificate + key)), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_key_that_every_user_may_read_is_refused()
    {
        Skip.If(OperatingSystem.IsWindows(), "Files have no such modes here.");
        var file = _authority.Issue("one", ["10.0.0.5"]).File;
#pragma warning disable CA1416 // Skipped there.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
#pragma warning restore CA1416

        Assert.Contains("Every user of this machine may read", Refusal(file), StringComparison.Ordinal);
    }

    private TlsIdentity Read(string file, DateTimeOffset? now = null) => TlsIdentity.Read(new TlsFiles(file, _authority.CertificateFile), now ?? Now);

    private string Refusal(string file) => Assert.Throws<HermesException>(() => Read(file)).Message;

    private string Private(string name, string text)
    {
        PrivateFile.Write(_folder.At(name), System.Text.Encoding.ASCII.GetBytes(text));
        return _folder.At(name);
    }
}
