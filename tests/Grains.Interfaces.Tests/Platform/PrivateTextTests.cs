using System.Runtime.Versioning;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Grains.Interfaces.Tests.Platform;

[SupportedOSPlatform("linux")]
public sealed class PrivateTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0b110_000_100)]
    [InlineData(0b110_000_010)]
    [InlineData(0b110_100_100)]
    public void A_token_that_everybody_may_read_or_change_is_refused_with_what_to_do(int mode)
    {
        var file = _folder.File("token", AccessToken.NewText());
        File.SetUnixFileMode(file, (UnixFileMode)mode);

        var refused = Assert.Throws<HermesException>(() => AccessToken.Read(file));

        Assert.Equal($"Every user of this machine may read or change {file}, which holds an access token.", refused.Message);
        Assert.Equal((file, $"Take that from them: chmod 600 {file}"), (refused.File, refused.Hint));
    }

    [Fact]
    public void A_secret_is_taken_as_Kubernetes_mounts_it_for_the_group_of_a_pod_behind_links()
    {
        var secret = _folder.File("..2026_01_02/token", "secret");
        File.SetUnixFileMode(secret, (UnixFileMode)0b100_100_000);
        File.CreateSymbolicLink(_folder.At("..data"), "..2026_01_02");
        File.CreateSymbolicLink(_folder.At("token"), "..data/token");

        Assert.Equal("secret", PrivateText.Read(_folder.At("token"), "a secret"));

        File.SetUnixFileMode(secret, (UnixFileMode)0b100_100_100);
        Assert.Throws<HermesException>(() => PrivateText.Read(_folder.At("token"), "a secret"));
    }
}
