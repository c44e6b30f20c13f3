using CsCheck;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Tests.Volumes;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Imaging.Tests.Preprocessing;

public sealed class PreprocessingPlanTests
{
    private static readonly PreprocessingPlan Plan = new() { Spacing = GridSpacing.Isotropic(2) };
    private static readonly PreprocessingPlan Peaks = Plan with
    {
        Modalities = new Dictionary<string, IntensityRule> { ["ct"] = IntensityRule.Ct, ["pet"] = IntensityRule.Peaks },
    };

    [Fact]
    public void A_plan_survives_json_and_its_digest_names_what_it_says()
    {
        var plan = new PreprocessingPlan
        {
            Spacing = new GridSpacing(3, 1.5, 1.25),
            MinimumSize = new GridSize(32, 48, 64),
            Modalities = new Dictionary<string, IntensityRule> { ["pet"] = new(0, 20, null, null), ["CT"] = IntensityRule.Ct },
        };
        var reordered = plan with { Modalities = new Dictionary<string, IntensityRule> { ["ct"] = IntensityRule.Ct, ["PET"] = new(0, 20, null, null) } };

        Assert.Equal(plan, PreprocessingPlan.FromJson(plan.ToJson()));
        Assert.Equal(plan.Digest, PreprocessingPlan.FromJson(plan.ToJson()).Digest);
        Assert.Equal(plan.Digest, reordered.Digest);
        Assert.NotEqual(plan.Digest, (plan with { Spacing = GridSpacing.Isotropic(1.5) }).Digest);
        Assert.Contains("\"minimumSize\":{\"depth\":32,\"height\":48,\"width\":64}", plan.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("nonsense")]
    [InlineData("{\"spacing\":{\"depth\":0,\"height\":1,\"width\":1}}")]
    [InlineData("{\"spacing\":{\"depth\":1,\"height\":1,\"width\":1},\"orientation\":\"LPS\"}")]
    [InlineData("{\"spacing\":{\"depth\":1,\"height\":1,\"width\":1},\"modalities\":null}")]
    [InlineData("{\"spacing\":{\"depth\":1,\"height\":1,\"width\":1},\"otherModalities\":{\"lowPercentile\":98,\"highPercentile\":2}}")]
    [InlineData("{\"spacing\":{\"depth\":1,\"height\":1,\"width\":1},\"unheardOf\":3}")]
    public void What_is_no_plan_is_refused(string json) => Assert.Throws<InvalidDataException>(() => PreprocessingPlan.FromJson(json));

    [Fact]
    public void A_ct_is_clipped_to_its_window_and_has_the_foregrounds_mean_and_deviation()
    {
        var image = Body(
            Geometries.Of(60, 50, 40, new Point3(2, 2, 2), Orientation.Ras),
            new Point3(0, 0, 0),
            40,
            (random, inside) => inside ? 40 + 60 * random : -1000 + 20 * random);
        image[30, 25, 20] = 3000;

        var prepared = Plan.Prepare(image, " CT ");
        var statistics = prepared.Statistics;

        Assert.Equal("ct", prepared.Modality);
        Assert.Equal((-991, 500), (statistics.Low, statistics.High));
        Assert.InRange(statistics.Mean, 65, 75);
        Assert.InRange(statistics.Deviation, 10, 30);
        Assert.Equal((500 - statistics.Mean) / statistics.Deviation, prepared.Voxels.Max(), 1e-3);
        Assert.True(prepared.Voxels.Min() >= (-991 - statistics.Mean) / statistics.Deviation - 1e-3);
    }

    [Fact]
    public void Other_modalities_are_clipped_to_their_foregrounds_percentiles()
    {
        var image = Body(
            Geometries.Of(60, 50, 40, new Point3(2, 2, 2), Orientation.Parse("PIR")),
            new Point3(0, 0, 0),
            40,
            (random, inside) => inside ? 100 + 100 * random : 5 * random);

        var statistics = Plan.Prepare(image, "t1").Statistics;

        Assert.InRange(statistics.Low, 101, 103);
        Assert.InRange(statistics.High, 197, 199);
        Assert.InRange(statistics.Mean, 148, 152);
    }

    [Fact]
    public void A_small_hot_lesion_of_a_PET_stays_hot_and_is_saturated_where_peaks_are_clipped()
    {
        // Of a hundred thousand voxels of the body, two lesions have some thirty each.
        var image = Pet();
        Heat(image, new Point3(20, 25, 20), 4, 12);
        Heat(image, new Point3(40, 25, 20), 4, 24);

        PreparedImage kept = Peaks.Prepare(image, "PET"), clipped = Plan.Prepare(image, "pet"), other = Peaks.Prepare(image, "t1");

        // The same numbers normalise, and what is not brighter than the largest of them is the same.
        Assert.Equal(clipped.Statistics, kept.Statistics);
        Assert.Equal(clipped.Grid, kept.Grid);
        Assert.Equal(clipped.Voxels, other.Voxels);
        var largest = clipped.Voxels.Max();
        Assert.InRange(clipped.Voxels.Count(v => v == largest), 500, 5000);
        Assert.Equal(clipped.Voxels, Array.ConvertAll(kept.Voxels, v => Math.Min(v, largest)));
        // A lesion cannot be told from the brightest of its surroundings, nor from a hotter one, where both are clipped.
        var (cool, hot) = (At(image, kept, new Point3(20, 25, 20)), At(image, kept, new Point3(40, 25, 20)));
        Assert.Equal((largest, largest), (clipped.Voxels[cool], clipped.Voxels[hot]));
        Assert.InRange(kept.Voxels[cool], largest + 3, largest + 6);
        Assert.InRange(kept.Voxels[hot], kept.Voxels[cool] + 0.5, kept.Voxels[cool] + 2);
    }

    [Fact]
    public void A_single_absurdly_hot_voxel_changes_nothing_but_its_surroundings()
    {
        var image = Pet();
        Heat(image, new Point3(15, 25, 20), 4, 12);
        var without = Peaks.Prepare(image, "pet");
        image[45, 25, 20] = 1e6f;

        var prepared = Peaks.Prepare(image, "pet");

        Assert.Equal(without.Grid, prepared.Grid);
        Assert.Equal(without.Statistics.Mean, prepared.Statistics.Mean, 1e-3);
        Assert.Equal(without.Statistics.Deviation, prepared.Statistics.Deviation, 1e-3);
        Assert.InRange(prepared.Voxels[At(image, prepared, new Point3(45, 25, 20))], 10, 25);
        Assert.All(prepared.Voxels, v => Assert.InRange(v, -5, 25));
        var lesion = At(image, prepared, new Point3(15, 25, 20));
        Assert.Equal(without.Voxels[lesion], prepared.Voxels[lesion], 0.01);
    }

    [Fact]
    public void What_a_rule_says_of_peaks_is_left_out_of_others()
    {
        Assert.DoesNotContain("peaks", Plan.ToJson(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"highPercentile\":98,\"keepsPeaks\":true}", Peaks.ToJson(), StringComparison.Ordinal);
        Assert.Equal(Peaks, PreprocessingPlan.FromJson(Peaks.ToJson()));
        Assert.NotEqual(Plan.Digest, Peaks.Digest);
    }

    [Fact]
    public void Air_around_the_patient_is_cropped_and_does_not_change_the_intensities()
    {
        static float Value(double random, bool inside) => (float)(inside ? 100 + 100 * random : 5 * random);
        var small = Body(Geometries.Of(50, 50, 50, new Point3(2, 2, 2), Orientation.Ras), new Point3(50, 50, 50), 35, Value);
        var large = Body(Geometries.Of(100, 90, 80, new Point3(2, 2, 2), Orientation.Ras), new Point3(100, 90, 80), 35, Value);

        PreparedImage a = Plan.Prepare(small, "t1"), b = Plan.Prepare(large, "t1");

        Assert.Equal(a.Grid.Size, b.Grid.Size);
        Assert.InRange(a.Grid.Size.Depth, 35, 48);
        Assert.Equal(a.Statistics.Mean, b.Statistics.Mean, 1.0);
        Assert.Equal(a.Statistics.Deviation, b.Statistics.Deviation, 1.0);
        var whole = (Plan with { Region = RegionRule.Default with { Crop = false } }).Prepare(large, "t1");
        Assert.Equal(new GridSize(80, 90, 100), whole.Grid.Size);
        Assert.Equal(b.Statistics, whole.Statistics);
    }

    [Fact]
    public void An_image_in_another_orientation_prepares_to_the_same_voxels() =>
        Geometries.AnyOrientation.Sample(orientation =>
        {
            var image = Body(
                Geometries.Of(30, 26, 22, new Point3(2, 2.5, 3), Orientation.Ras, new Point3(0.1, 0, 0.2)),
                new Point3(30, 30, 30),
                28,
                (random, inside) => inside ? 100 + 20 * random : 5 * random);
            var labels = new Volume<ushort>(image.Geometry, Array.ConvertAll(image.Voxels, v => (ushort)(v > 110 ? 2 : v > 50 ? 1 : 0)));

            var straight = Plan.Prepare(image, "t1");
            var turned = Plan.Prepare(Reorientation.To(image, orientation), "t1");

            // The statistics come from the same voxels in another order.
            Assert.Equal(straight.Statistics.Mean, turned.Statistics.Mean, 1e-6);
            Assert.Equal(straight.Grid.Size, turned.Grid.Size);
            Assert.True(straight.Voxels.Zip(turned.Voxels).All(p => Math.Abs(p.First - p.Second) < 1e-5));
            Assert.Equal(PreprocessingPlan.PrepareLabels(labels, straight), PreprocessingPlan.PrepareLabels(labels, turned));
            Assert.True(straight.Grid.Geometry.SamePhysicalSpace(turned.Grid.Geometry, out _));
        }, iter: 48);

    [Fact]
    public void Small_volumes_are_padded_evenly_with_the_mean()
    {
        var plan = Plan with { MinimumSize = new GridSize(40, 41, 42), Region = RegionRule.Default with { Crop = false } };
        var image = Body(Geometries.Of(20, 20, 20, new Point3(2, 2, 2), Orientation.Ras), new Point3(20, 20, 20), 15, (random, inside) => inside ? 100 + random : random);
        var labels = new Volume<ushort>(image.Geometry);
        Array.Fill(labels.Voxels, (ushort)1);

        var prepared = plan.Prepare(image, "t1");
        var preparedLabels = PreprocessingPlan.PrepareLabels(labels, prepared);

        Assert.Equal(new GridSize(40, 41, 42), prepared.Grid.Size);
        Assert.Equal(new GridSize(10, 10, 11), prepared.Grid.ContentStart);
        Assert.Equal(8000, preparedLabels.Count(v => v == 1));
        Assert.Equal(0, prepared.Voxels[0]);
        Assert.Equal(1, preparedLabels[(10 * 41 + 10) * 42 + 11]);
        Assert.Equal(0, preparedLabels[(10 * 41 + 10) * 42 + 10]);
    }

    [Fact]
    public void The_official_plan_takes_axes_as_stored_splines_within_planes_and_the_nearest_plane()
    {
        // 1 mm voxels in a plane, planes 4 mm apart, in an orientation that ours would turn.
        var geometry = Geometries.Of(40, 36, 9, new Point3(1, 1, 4), Orientation.Parse("LPI"));
        var image = new Volume<float>(geometry);
        for (var n = 0; n < image.Voxels.Length; n++)
        {
            var (x, y, z) = (n % 40, n / 40 % 36, n / (40 * 36));
            image.Voxels[n] = 10 * z + x + 0.1f * y;
        }

        var plan = new PreprocessingPlan
        {
            Spacing = GridSpacing.Isotropic(2), IsOfficial = true, Orientation = PreprocessingPlan.AsStored, Region = new RegionRule(false, 0, 0),
            OtherModalities = new IntensityRule(-1000, 1000, null, null),
        };
        var prepared = plan.Prepare(image, "t1");

        // All voxels give mean and deviation.
        var mean = image.Voxels.Average(v => (double)v);
        var deviation = Math.Sqrt(image.Voxels.Average(v => (v - mean) * (v - mean)));
        Assert.Equal(mean, prepared.Statistics.Mean, 1e-6);
        Assert.Equal(deviation, prepared.Statistics.Deviation, 1e-6);
        // round(n · spacing / 2) voxels, whose first lie in one place: voxel k is at 2k mm.
        Assert.Equal(new GridSize(18, 18, 20), prepared.Grid.Size);
        for (var (k, j, i) = (0, 9, 10); k < 18; k++)
        {
            var plane = Math.Min(8, (int)Math.Floor(k / 2.0 + 0.5));
            var value = prepared.Voxels[(k * 18 + j) * 20 + i] * prepared.Statistics.Deviation + prepared.Statistics.Mean;
            Assert.Equal(10 * plane + 2 * i + 0.1 * 2 * j, value, 0.01);
        }
    }

    [Fact]
    public void What_the_official_plan_says_is_left_out_of_other_plans()
    {
        var official = Plan with { IsOfficial = true, Orientation = PreprocessingPlan.AsStored };

        Assert.DoesNotContain("isOfficial", Plan.ToJson(), StringComparison.Ordinal);
        Assert.Equal(official, PreprocessingPlan.FromJson(official.ToJson()));
        Assert.NotEqual(Plan.Digest, official.Digest);
        Assert.Throws<InvalidDataException>(() => PreprocessingPlan.FromJson((Plan with { IsOfficial = true }).ToJson()));
    }

    [Fact]
    public void A_constant_image_is_prepared_to_zeros()
    {
        var image = new Volume<float>(Geometries.Of(10, 10, 10, new Point3(2, 2, 2), Orientation.Ras));
        Array.Fill(image.Voxels, 7f);

        var prepared = Plan.Prepare(image, "t1");

        Assert.Equal(new GridSize(10, 10, 10), prepared.Grid.Size);
        Assert.All(prepared.Voxels, v => Assert.Equal(0, v));
    }

    [Fact]
    public void A_result_beyond_the_memory_limit_is_refused_before_it_is_allocated()
    {
        var plan = Plan with { Spacing = GridSpacing.Isotropic(0.05) };
        var image = new Volume<float>(Geometries.Of(60, 60, 60, new Point3(2, 2, 2), Orientation.Ras));

        var refusal = Assert.Throws<InvalidDataException>(() => plan.Prepare(image, "ct"));

        Assert.Contains("2400×2400×2400", refusal.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("ct_abdomen", "ct")]
    [InlineData("t1_brain", "t1")]
    public void Real_scans_keep_their_labels_through_the_plan(string name, string modality)
    {
        var folder = SharedFolder.Require("data", "real");
        var image = NiftiReader.ReadImage(Path.Combine(folder, name + ".nii.gz")).Volume;
        var labels = NiftiReader.ReadLabels(Path.Combine(folder, name + "_labels.nii.gz")).Volume;

        var prepared = (Plan with { Spacing = GridSpacing.Isotropic(3) }).Prepare(image, modality);
        var small = PreprocessingPlan.PrepareLabels(labels, prepared);

        foreach (var group in labels.Voxels.Where(v => v != 0).GroupBy(v => v))
        {
            var native = group.Count() * image.Geometry.VoxelVolumeMl;
            Assert.InRange(small.Count(v => v == group.Key) * 0.027, 0.8 * native - 0.1, 1.2 * native + 0.1);
        }
    }

    /// <summary>A body of uptake 0.5 to 1.5 in air.</summary>
    private static Volume<float> Pet() => Body(
        Geometries.Of(60, 50, 40, new Point3(2, 2, 2), Orientation.Ras), new Point3(0, 0, 0), 40, (random, inside) => inside ? 0.5 + random : 0.05 * random);

    /// <summary>Gives what is within a radius in mm around a voxel another uptake.</summary>
    private static void Heat(Volume<float> image, Point3 centre, double radius, float uptake)
    {
        var g = image.Geometry;
        for (var n = 0; n < image.Voxels.Length; n++)
        {
            var at = new Point3(n % g.Width, n / g.Width % g.Height, n / (g.Width * g.Height));
            image.Voxels[n] = g.ToWorld(at).DistanceTo(g.ToWorld(centre)) <= radius ? uptake : image.Voxels[n];
        }
    }

    /// <summary>Where a voxel of an image in RAS lies in the prepared array of the same spacing.</summary>
    private static int At(Volume<float> image, PreparedImage prepared, Point3 voxel)
    {
        var g = prepared.Grid.Geometry;
        var at = g.ToVoxel(image.Geometry.ToWorld(voxel));
        return g.Offset((int)Math.Round(at.X), (int)Math.Round(at.Y), (int)Math.Round(at.Z));
    }

    private static Volume<float> Body(VolumeGeometry geometry, Point3 centre, double radius, Func<double, bool, double> value)
    {
        if (centre == default)
        {
            centre = geometry.ToWorld(new Point3(geometry.Width / 2.0, geometry.Height / 2.0, geometry.Depth / 2.0));
        }

        var random = new Random(3);
        var volume = new Volume<float>(geometry);
        for (var k = 0; k < geometry.Depth; k++)
        {
            for (var j = 0; j < geometry.Height; j++)
            {
                for (var i = 0; i < geometry.Width; i++)
                {
                    var inside = geometry.ToWorld(new Point3(i, j, k)).DistanceTo(centre) <= radius;
                    volume[i, j, k] = (float)value(random.NextDouble(), inside);
                }
            }
        }

        return volume;
    }

    private static Volume<float> Body(VolumeGeometry geometry, Point3 centre, double radius, Func<double, bool, float> value) =>
        Body(geometry, centre, radius, (random, inside) => (double)value(random, inside));
}
