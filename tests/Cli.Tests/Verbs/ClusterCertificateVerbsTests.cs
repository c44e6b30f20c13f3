using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Cli.Tests.Verbs;

/// <summary><c>hermes cluster certificate</c>, as researchers without an institution's authority use it.</summary>
public sealed class ClusterCertificateVerbsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_authority_issues_what_silos_and_clients_need_and_is_never_replaced()
    {
        var dir = _folder.At("certificates");
        var made = await HermesProcess.RunAsync("cluster", "certificate", "authority", "--dir", dir, "--json");
        var again = await HermesProcess.RunAsync("cluster", "certificate", "authority", "--dir", dir);
        var silo = await HermesProcess.RunAsync("cluster", "certificate", "issue", "one", "--host", "silo.example,10.0.0.5", "--dir", dir, "--json");
        var client = await HermesProcess.RunAsync("cluster", "certificate", "issue", "ada", "--days", "90", "--dir", dir);

        Assert.Equal((0, 1, 0, 0), (made.ExitCode, again.ExitCode, silo.ExitCode, client.ExitCode));
        Assert.Contains("is there already", again.Error, StringComparison.Ordinal);
        Assert.Contains("ada.pem is the certificate and key of a client, good until", client.Output, StringComparison.Ordinal);
        var files = new TlsFiles(silo.Json.GetProperty("file").GetString()!, made.Json.GetProperty("certificateFile").GetString()!);
        TlsIdentity.Read(files, TimeProvider.System.GetUtcNow()).RequireSilo("silo.example", "10.0.0.5");
    }

    [Theory]
    [InlineData("../one")]
    [InlineData("one", "--host", "a b")]
    [InlineData("one", "--days", "0")]
    public async Task What_makes_no_sense_is_refused(params string[] arguments) =>
        Assert.Equal(2, (await HermesProcess.RunAsync(["cluster", "certificate", "issue", .. arguments, "--dir", _folder.Path])).ExitCode);
}
