using System.Security.Cryptography.X509Certificates;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting.Tests;

public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_and_what_it_issues_are_made_once_and_their_keys_are_private()
    {
        var authority = new CertificateAuthority(_folder.Path, TimeProvider.System);
        Assert.StartsWith("There is no authority in", Assert.Throws<HermesException>(() => authority.Issue("one", [])).Message, StringComparison.Ordinal);

        authority.Create();
        var (file, expires) = authority.Issue("one", ["10.0.0.5"], days: 10);

        Assert.Throws<HermesException>(() => authority.Create());
        Assert.Contains("is there already", Assert.Throws<HermesException>(() => authority.Issue("one", ["10.0.0.5"])).Message, StringComparison.Ordinal);
        Assert.InRange(expires - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(9.9), TimeSpan.FromDays(10));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(authority.KeyFile));
        }
    }

    [Fact]
    public void Nothing_that_it_issues_outlives_it()
    {
        var authority = new CertificateAuthority(_folder.Path, TimeProvider.System);
        var end = authority.Create();

        Assert.Equal(end, authority.Issue("one", [], days: 365 * 20).Expires);
    }

    [Fact]
    public void One_that_has_ended_issues_nothing_and_says_so()
    {
        var end = new CertificateAuthority(_folder.Path, TimeProvider.System).Create();

        var refused = Assert.Throws<HermesException>(() => new CertificateAuthority(_folder.Path, new Later(end)).Issue("one", []));

        Assert.StartsWith($"The authority in {_folder.Path} ended at ", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("one.pem")));
    }

    [Fact]
    public void What_it_issues_can_issue_nothing()
    {
        var authority = new CertificateAuthority(_folder.Path, TimeProvider.System);
        authority.Create();

        using var issued = X509CertificateLoader.LoadCertificateFromFile(authority.Issue("one", []).File);

        Assert.False(issued.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, issued.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
    }

    private sealed class Later(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
