using Hermes.Imaging.Phantoms;
using Hermes.Imaging.Preprocessing;
using Xunit.Abstractions;

namespace Hermes.Imaging.Tests.Phantoms;

public sealed class PhantomGeneratorTests(ITestOutputHelper output)
{
    private static readonly PreprocessingPlan Plan = new() { Spacing = GridSpacing.Isotropic(PhantomGenerator.PlanSpacing) };

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void An_intensity_classifier_scores_at_most_one_half_on_held_out_cases(ulong seed)
    {
        var generator = new PhantomGenerator(seed);
        var dices = new List<double>();
        foreach (var kind in PhantomDataset.First)
        {
            var training = Prepare(generator, kind, 1, 12);
            var heldOut = Prepare(generator, kind, 25, 4);
            foreach (var (label, name) in PhantomGenerator.Structures(kind))
            {
                var classifier = IntensityClassifier.Fit(training, label);
                var dice = heldOut.Average(c => classifier.Dice(c.Image, c.Labels, label));
                output.WriteLine($"{kind} {name}: {dice:0.000}");
                dices.Add(dice);
            }
        }

        Assert.Equal(8, dices.Count);
        Assert.InRange(dices.Average(), 0.02, 0.5);
    }

    [Fact]
    public void Every_structure_is_there_and_large_enough_to_be_learned()
    {
        var generator = new PhantomGenerator(5);
        foreach (var kind in Enum.GetValues<PhantomKind>())
        {
            foreach (var (image, labels) in Prepare(generator, kind, 1, 8))
            {
                foreach (var (label, name) in PhantomGenerator.Structures(kind))
                {
                    var voxels = labels.Count(v => v == label);
                    Assert.True(voxels >= 250, $"{kind} {name} has {voxels} voxels.");
                }

                Assert.InRange(labels.Max(), 1, PhantomGenerator.Structures(kind).Keys.Max());
            }
        }
    }

    [Fact]
    public void The_region_found_without_labels_holds_every_structure_and_is_no_larger_than_72_voxels_a_side()
    {
        var generator = new PhantomGenerator(6);
        foreach (var kind in Enum.GetValues<PhantomKind>())
        {
            for (var number = 1; number <= 12; number++)
            {
                var phantom = generator.Generate(kind, number);
                var prepared = Plan.Prepare(phantom.Image, PhantomGenerator.Modality(kind));
                var labels = PreprocessingPlan.PrepareLabels(phantom.Labels, prepared);
                var size = prepared.Grid.Size;
                output.WriteLine($"{phantom.Id}: {phantom.Image.Geometry.Describe()} -> {size} {prepared.Statistics}");

                Assert.True(Math.Max(size.Depth, Math.Max(size.Height, size.Width)) <= 72, $"{phantom.Id} is {size}.");
                var native = phantom.Labels.Voxels.Count(v => v != 0) * phantom.Labels.Geometry.VoxelVolumeMl;
                Assert.InRange(labels.Count(v => v != 0) * 0.008, 0.88 * native, 1.12 * native);
            }
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_case_and_another_seed_another_one()
    {
        var one = new PhantomGenerator(9).Generate(PhantomKind.Pet, 3);
        var generator = new PhantomGenerator(9);
        generator.Generate(PhantomKind.Ct, 1);
        var again = generator.Generate(PhantomKind.Pet, 3);
        var other = new PhantomGenerator(10).Generate(PhantomKind.Pet, 3);

        Assert.Equal("pet_003", one.Id);
        Assert.Equal(one.Image.Voxels, again.Image.Voxels);
        Assert.Equal(one.Labels.Voxels, again.Labels.Voxels);
        Assert.Equal(one.Image.Geometry.Digest, again.Image.Geometry.Digest);
        Assert.NotEqual(one.Image.Geometry.Digest, other.Image.Geometry.Digest);
        Assert.NotEqual(one.Image.Geometry.Digest, generator.Generate(PhantomKind.Pet, 4).Image.Geometry.Digest);
    }

    private static List<(float[] Image, ushort[] Labels)> Prepare(PhantomGenerator generator, PhantomKind kind, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number =>
        {
            var phantom = generator.Generate(kind, number);
            var prepared = Plan.Prepare(phantom.Image, PhantomGenerator.Modality(kind));
            return (prepared.Voxels, PreprocessingPlan.PrepareLabels(phantom.Labels, prepared));
        })];

    /// <summary>
    /// The best that intensity alone can do: the set of intensity bins that has the highest Dice on the training cases, which is a cut of the
    /// bins ranked by how often they belong to the structure.
    /// </summary>
    private sealed class IntensityClassifier
    {
        private const int Bins = 240;
        private readonly bool[] _inside = new bool[Bins];

        public static IntensityClassifier Fit(List<(float[] Image, ushort[] Labels)> cases, ushort label)
        {
            long[] inside = new long[Bins], all = new long[Bins];
            foreach (var (image, labels) in cases)
            {
                for (var n = 0; n < image.Length; n++)
                {
                    all[BinOf(image[n])]++;
                    inside[BinOf(image[n])] += labels[n] == label ? 1 : 0;
                }
            }

            var order = Enumerable.Range(0, Bins).Where(b => all[b] > 0).OrderByDescending(b => (double)inside[b] / all[b]).ToArray();
            long total = inside.Sum(), found = 0, taken = 0;
            double best = 0;
            var cut = 0;
            for (var n = 0; n < order.Length; n++)
            {
                found += inside[order[n]];
                taken += all[order[n]];
                var dice = 2.0 * found / (taken + total);
                if (dice > best)
                {
                    (best, cut) = (dice, n + 1);
                }
            }

            var classifier = new IntensityClassifier();
            foreach (var bin in order[..cut])
            {
                classifier._inside[bin] = true;
            }

            return classifier;
        }

        public double Dice(float[] image, ushort[] labels, ushort label)
        {
            long both = 0, sum = 0;
            for (var n = 0; n < image.Length; n++)
            {
                bool p = _inside[BinOf(image[n])], r = labels[n] == label;
                both += p && r ? 1 : 0;
                sum += (p ? 1 : 0) + (r ? 1 : 0);
            }

            return 2.0 * both / sum;
        }

        private static int BinOf(float value) => (int)Math.Clamp((value + 6) * 20, 0, Bins - 1);
    }
}
