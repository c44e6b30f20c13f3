using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Runs;
using Hermes.Imaging.Configuration;

namespace Hermes.Grains.Tests.Runs;

public sealed class TrunkPackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileBlobStore _blobs;

    public TrunkPackageTests() => _blobs = new FileBlobStore(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task How_a_trunk_was_trained_is_read_from_its_package()
    {
        await _blobs.PrepareAsync();
        var configuration = TrainingConfiguration.Preset("small").WithSteps(12);

        var read = await _blobs.TrunkConfigurationAsync(await _blobs.PutTrunkAsync("liver", configuration), default);

        Assert.Equal(configuration.ToJson(), read!.ToJson());
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("\u0005\0\0\0\0\0\0\0{}")]
    [InlineData("\u0002\0\0\0\0\0\0\0{}")]
    [InlineData("\u0002\0\0\0\0\0\0\0[]")]
    [InlineData("\u0002\0\0\0\0\0\0~{}")]
    public async Task What_is_no_package_says_nothing(string file)
    {
        await _blobs.PrepareAsync();

        Assert.Null(await _blobs.TrunkConfigurationAsync(await _blobs.PutFileAsync([.. file.Select(c => (byte)c)]), default));
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_read_and_a_package_that_is_gone_say_nothing()
    {
        await _blobs.PrepareAsync();
        var header = """{"__metadata__":{"format":"hermes-model-package-1","model":"{\"tasks\":[],\"modalities\":[],\"promptGroups\":[],\"configuration\":\"?\",\"plan\":\"\",\"steps\":1}"}}"""u8;
        var unreadable = await _blobs.PutFileAsync(TrunkFile.Bytes(header.ToArray()));
        var gone = await _blobs.PutTrunkAsync("gone");
        await _blobs.DeleteAsync(gone);

        Assert.Null(await _blobs.TrunkConfigurationAsync(unreadable, default));
        Assert.Null(await _blobs.TrunkConfigurationAsync(gone, default));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_for_now_is_no_damage()
    {
        await _blobs.PrepareAsync();
        var trunk = await _blobs.PutTrunkAsync("away");
        Directory.Move(_folder.Path, $"{_folder.Path}.away");
        try
        {
            var refusal = await Assert.ThrowsAsync<HermesException>(() => _blobs.TrunkConfigurationAsync(trunk, default));

            Assert.True(refusal.IsPassing);
        }
        finally
        {
            Directory.Move($"{_folder.Path}.away", _folder.Path);
        }
    }
}
