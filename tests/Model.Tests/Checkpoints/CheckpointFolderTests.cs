using Hermes.Model.Checkpoints;

namespace Hermes.Model.Tests.Checkpoints;

public sealed class CheckpointFolderTests
{
    [Fact]
    public void The_last_two_and_the_best_are_kept()
    {
        using var folder = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(folder.At("run"));
        Assert.Null(checkpoints.Latest);

        foreach (int step in (int[])[5, 10, 100, 1000])
        {
            checkpoints.Save(step, best: step == 10, path =>
            {
                File.WriteAllText(path, $"{step}");
                return new WrittenFile(path, 1, "");
            });
        }

        Assert.Equal("1000", File.ReadAllText(checkpoints.Latest!));
        Assert.Equal("10", File.ReadAllText(checkpoints.Best!));
        Assert.Equal(["10", "100", "1000"], Directory.GetFiles(folder.At("run")).Select(File.ReadAllText).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_a_validation_the_newest_is_the_best()
    {
        using var folder = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(folder.At("run"));
        checkpoints.Save(1, best: false, path =>
        {
            File.WriteAllText(path, "1");
            return new WrittenFile(path, 1, "");
        });

        Assert.Equal(checkpoints.Latest, checkpoints.Best);
    }
}
