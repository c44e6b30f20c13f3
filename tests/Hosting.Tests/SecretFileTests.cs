using System.Runtime.Versioning;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting.Tests;

[SupportedOSPlatform("linux")]
public sealed class SecretFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Addresses_with_passwords_are_taken_from_files_that_not_everybody_may_read()
    {
        var file = _folder.File("broker", "amqp://u:s3cr3t@127.0.0.1:5672/");
        Assert.Equal(5672, BrokerAddress.Choose(file)!.Port);

        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        foreach (var choose in new Func<string, object?>[] { BrokerAddress.Choose, DatabaseAddress.Choose, BlobAddress.Choose })
        {
            var refused = Assert.Throws<HermesException>(() => choose(file));
            Assert.StartsWith($"Every user of this machine may read or change {file}, which holds the ", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cr3t", refused.ToString(), StringComparison.Ordinal);
        }
    }
}
