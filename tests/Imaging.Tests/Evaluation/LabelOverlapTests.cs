using Hermes.Imaging.Evaluation;

namespace Hermes.Imaging.Tests.Evaluation;

public sealed class LabelOverlapTests
{
    [Fact]
    public void Every_label_is_counted_with_every_other_and_background_with_none()
    {
        var counts = LabelOverlap.Count([1, 1, 1, 2, 2, 0, 3], [5, 5, 6, 6, 0, 5, 0]);

        Assert.Equal(new Dictionary<(ushort, ushort), long> { [(1, 5)] = 2, [(1, 6)] = 1, [(2, 6)] = 1 }, counts);
    }

    [Fact]
    public void Maps_of_two_sizes_are_refused() =>
        Assert.Contains("3 voxels, the other 2", Assert.Throws<ArgumentException>(() => LabelOverlap.Count([1, 1, 1], [1, 1])).Message, StringComparison.Ordinal);
}
