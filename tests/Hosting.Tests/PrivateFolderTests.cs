using System.Runtime.Versioning;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting.Tests;

[SupportedOSPlatform("linux")]
public sealed class PrivateFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_made_for_its_user_alone_and_one_that_everybody_can_enter_is_warned_of()
    {
        PrivateFolder.Make(_folder.At("made"));
        var open = _folder.Folder("open");
        File.SetUnixFileMode(open, (UnixFileMode)0b111_101_101);

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_folder.At("made")));
        Assert.Null(PrivateFolder.Warning(open));
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_001_001);
        Assert.Contains($"chmod 700 {open}", PrivateFolder.Warning(open), StringComparison.Ordinal);
        Assert.Null(PrivateFolder.Warning(_folder.At("made")));
        Assert.Null(PrivateFolder.Warning(_folder.At("none")));
    }

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
