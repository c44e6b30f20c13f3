using System.Runtime.Versioning;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Grains.Interfaces.Tests.Platform;

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
}
