using Hermes.Model.Runtime;

namespace Hermes.Model.Tests.Runtime;

[Collection(TorchCollection.Name)]
public sealed class TorchLibraryTests
{
    [Fact]
    public void The_library_says_its_version_and_where_it_lies_and_is_there_once()
    {
        var loaded = TorchLibrary.Load();

        Assert.True(TorchLibrary.IsExpected(loaded.Version), loaded.Version);
        Assert.StartsWith(TorchLibrary.PackagedVersion, TorchSharp.torch.__version__, StringComparison.Ordinal);
        Assert.Equal(loaded, TorchLibrary.Load(loaded.Folder));
        Assert.Single(LoadedLibraries.All("libtorch_cpu"));
    }

    [Fact]
    public void Another_one_beside_it_is_refused_by_the_names_of_both()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => TorchLibrary.Load(Path.GetTempPath()));

        Assert.Contains(TorchLibrary.Load().Folder, refused.Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetTempPath(), refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.10.0", true)]
    [InlineData("2.10.3", true)]
    [InlineData("2.10.0+cu130", true)]
    [InlineData("2.1.0", false)]
    [InlineData("2.11.0", false)]
    [InlineData("1.13.0", false)]
    public void Versions_whose_first_two_numbers_are_the_packaged_ones_are_taken(string version, bool isTaken)
    {
        Assert.Equal("2.10.0", TorchLibrary.PackagedVersion);
        Assert.Equal(isTaken, TorchLibrary.IsExpected(version));
    }

    [Fact]
    public void A_version_that_is_not_taken_is_named_beside_the_one_that_was_expected() =>
        Assert.Contains("in /opt/torch/lib is version 1.13.0, and 2.10.0 was expected", TorchLibrary.WhyNot(new TorchLibraryState("/opt/torch/lib", "1.13.0")), StringComparison.Ordinal);
}
