using CsCheck;
using Hermes.Imaging.Volumes;
using Hermes.Model.Inference;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Inference;

[Collection(TorchCollection.Name)]
public sealed class SlidingWindowTests
{
    private static readonly Gen<GridSize> Sizes = Gen.Select(Gen.Int[1, 14], Gen.Int[1, 14], Gen.Int[1, 14], (d, h, w) => new GridSize(d, h, w));

    [Fact]
    public void Positions_are_distinct_and_cover_every_voxel() =>
        Gen.Select(Sizes, Sizes, Gen.Double[0, 0.9]).Sample((volume, window, overlap) =>
        {
            var positions = new SlidingWindow(window, overlap, false, 1).Positions(volume);

            Assert.Equal(positions.Count, positions.Distinct().Count());
            for (var axis = 0; axis < 3; axis++)
            {
                (var size, var length) = axis switch { 0 => (volume.Depth, window.Depth), 1 => (volume.Height, window.Height), _ => (volume.Width, window.Width) };
                int[] starts = [.. positions.Select(p => axis switch { 0 => p.Depth, 1 => p.Height, _ => p.Width }).Distinct()];
                Assert.All(Enumerable.Range(0, size), i => Assert.Contains(starts, s => i >= s && i < s + length));
                Assert.All(starts, s => Assert.True(s == 0 || s + length <= size));
            }
        }, iter: 200);

    [Fact]
    public void A_volume_that_is_a_multiple_of_the_stride_is_not_answered_twice() =>
        Assert.Single(new SlidingWindow(new GridSize(128, 128, 128), 0.5, false, 1).Positions(new GridSize(128, 128, 128)));

    /// <summary>A network that answers each voxel by its own intensity must come back unchanged, whatever the windows.</summary>
    [Fact]
    public void Windows_put_together_give_the_volume_back() =>
        Gen.Select(Sizes, Sizes, Gen.Double[0, 0.8], Gen.Bool, Gen.Int[1, 3]).Sample((volume, window, overlap, gaussian, batch) =>
        {
            float[] voxels = [.. Enumerable.Range(0, volume.VoxelCount).Select(i => (float)Math.Sin(i))];
            var windows = new SlidingWindow(window, overlap, gaussian, batch);
            var planes = new List<float[]>();
            int calls = 0, last = 0;

            windows.Run(
                voxels, volume, [2, 0], Logits, CPU,
                (count, probabilities) =>
                {
                    Assert.Equal(1, count);
                    planes.Add(probabilities.ToArray());
                },
                (done, total) => (calls, last) = (done, total));

            Assert.Equal(last, calls);
            Assert.Equal(windows.Positions(volume).Count, last);
            Assert.Equal(volume.Depth, planes.Count);
            var plane = volume.Height * volume.Width;
            for (var z = 0; z < volume.Depth; z++)
            {
                for (var i = 0; i < plane; i++)
                {
                    var probability = 1 / (1 + Math.Exp(-voxels[z * plane + i]));
                    Assert.Equal(1 - probability, planes[z][i], 1e-5);
                    Assert.Equal(probability, planes[z][plane + i], 1e-5);
                }
            }
        }, iter: 60, threads: 1);

    [Fact]
    public void Gaussian_windows_trust_their_middle()
    {
        var size = new GridSize(1, 1, 12);
        var call = 0;
        float[] found = [];

        // Two windows [0, 8) and [4, 12): the first says no everywhere, the second yes.
        new SlidingWindow(new GridSize(1, 1, 8), 0.5, true, 1).Run(
            new float[12], size, [0], windows => full(windows.shape, call++ == 0 ? -20f : 20f), CPU, (_, p) => found = p.ToArray());

        Assert.Equal(2, call);
        Assert.True(found[4] < 0.1 && found[7] > 0.9, $"{found[4]} {found[7]}");
        Assert.Equal(0.5, (found[5] + found[6]) / 2, 1e-4);
    }

    /// <summary>Windows [0, 8) and [4, 12), and once more where the published code goes on to 8 and is moved back.</summary>
    [Theory]
    [InlineData(12, false, 0.5)]
    [InlineData(12, true, 2 / 3.0)]
    [InlineData(11, true, 0.5)]
    [InlineData(8, true, 0)]
    public void A_last_window_that_the_published_code_visits_twice_counts_twice(int width, bool repeatsLast, double expected)
    {
        var call = 0;
        float[] found = [];

        new SlidingWindow(new GridSize(1, 1, 8), 0.5, false, 1, repeatsLast).Run(
            new float[width], new GridSize(1, 1, width), [0], windows => full(windows.shape, call++ == 0 ? -20f : 20f), CPU, (_, p) => found = p.ToArray());

        Assert.Equal(expected, found[5], 1e-4);
        Assert.Equal(0, found[0], 1e-4);
        Assert.Equal(width > 8 ? 1 : 0, found[^1], 1e-4);
    }

    [Fact]
    public void A_cancel_takes_effect_at_the_next_window()
    {
        using var stop = new CancellationTokenSource();
        var calls = 0;

        Assert.Throws<OperationCanceledException>(() => new SlidingWindow(new GridSize(4, 4, 4), 0.5, false, 1).Run(
            new float[8 * 8 * 8], new GridSize(8, 8, 8), [0],
            windows =>
            {
                calls++;
                stop.Cancel();
                return zeros(windows.shape);
            },
            CPU, (_, _) => { }, null, stop.Token));

        Assert.Equal(1, calls);
    }

    private static Tensor Logits(Tensor windows) => cat([windows, zeros_like(windows), -windows], 1);
}
