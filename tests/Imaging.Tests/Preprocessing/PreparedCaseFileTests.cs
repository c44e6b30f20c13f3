using CsCheck;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Tests.Volumes;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Preprocessing;

public sealed class PreparedCaseFileTests
{
    private const int Depth = 5, Height = 6, Width = 7;
    private static readonly GridSize Size = new(Depth, Height, Width);
    private static readonly float[] Image = [.. Enumerable.Range(0, Size.VoxelCount).Select(n => n * 0.5f - 3)];
    private static readonly ushort[] Labels = [.. Enumerable.Range(0, Size.VoxelCount).Select(n => (ushort)(n % 11 == 0 ? 2 : n % 3 == 0 ? 700 : 0))];

    [Fact]
    public void Patches_are_copied_and_padded_beyond_the_volume()
    {
        using var folder = new TemporaryFolder();
        PreparedCaseWriter.Write(folder.At("a.case"), Header("sha-labels"), Image, Labels);
        using var file = PreparedCaseFile.Open(folder.At("a.case"));

        Gen.Select(Gen.Int[-9, 9], Gen.Int[-9, 9], Gen.Int[-9, 9], Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 20]).Sample((z, y, x, d, h, w) =>
        {
            var size = new GridSize(d, h, w);
            var image = new float[size.VoxelCount];
            var labels = new ushort[size.VoxelCount];
            file.CopyImage(z, y, x, size, image, -7);
            file.CopyLabels(z, y, x, size, labels);
            for (var n = 0; n < image.Length; n++)
            {
                int k = z + n / (h * w), j = y + n / w % h, i = x + n % w;
                var inside = k is >= 0 and < Depth && j is >= 0 and < Height && i is >= 0 and < Width;
                Assert.Equal(inside ? Image[(k * Height + j) * Width + i] : -7, image[n]);
                Assert.Equal(inside ? Labels[(k * Height + j) * Width + i] : 0, labels[n]);
            }
        }, iter: 300);
    }

    [Fact]
    public void Label_counts_and_positions_are_those_of_the_labels()
    {
        using var folder = new TemporaryFolder();
        var written = PreparedCaseWriter.Write(folder.At("a.case"), Header("sha-labels"), Image, Labels);
        using var file = PreparedCaseFile.Open(folder.At("a.case"));

        Assert.Equal(written.Labels, file.Header.Labels);
        Assert.Equal(written.Grid, file.Header.Grid);
        foreach (var value in (ushort[])[2, 700])
        {
            var positions = Enumerable.Range(0, Labels.Length).Where(n => Labels[n] == value).ToArray();
            Assert.Equal(positions, file.LabelSamples(value).ToArray());
            Assert.Contains(new PreparedLabel(value, positions.Length, positions.Length), file.Header.Labels);
        }

        Assert.True(file.LabelSamples(5).IsEmpty);
        Assert.True(file.LabelSamples(0).IsEmpty);
    }

    [Fact]
    public void A_large_label_is_sampled_evenly()
    {
        using var folder = new TemporaryFolder();
        var header = Header("sha-labels") with { Grid = Grid(new GridSize(30, 30, 30)) };
        var labels = new ushort[27_000];
        Array.Fill(labels, (ushort)4);

        var written = PreparedCaseWriter.Write(folder.At("a.case"), header, new float[27_000], labels);
        using var file = PreparedCaseFile.Open(folder.At("a.case"));

        Assert.Equal(new PreparedLabel(4, 27_000, 3858), Assert.Single(written.Labels));
        Assert.Equal(Enumerable.Range(0, 3858).Select(n => n * 7), file.LabelSamples(4).ToArray());
    }

    [Fact]
    public void A_case_without_labels_says_so()
    {
        using var folder = new TemporaryFolder();
        PreparedCaseWriter.Write(folder.At("a.case"), Header(null), Image, []);
        using var file = PreparedCaseFile.Open(folder.At("a.case"));

        Assert.False(file.HasLabels);
        Assert.Throws<InvalidOperationException>(() => file.CopyLabels(0, 0, 0, new GridSize(1, 1, 1), new ushort[1]));
        Assert.Throws<ArgumentException>(() => PreparedCaseWriter.Write(folder.At("b.case"), Header(null), Image, Labels));
        Assert.Throws<ArgumentException>(() => PreparedCaseWriter.Write(folder.At("b.case"), Header("sha"), Image.AsSpan(1), Labels));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_same_case_gives_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        PreparedCaseWriter.Write(folder.At("a.case"), Header("sha"), Image, Labels);
        PreparedCaseWriter.Write(folder.At("b.case"), Header("sha"), Image, Labels);
        Assert.Equal(File.ReadAllBytes(folder.At("a.case")), File.ReadAllBytes(folder.At("b.case")));
    }

    [Fact]
    public void Cut_and_mutated_files_are_refused_or_opened_but_never_read_beyond_their_end()
    {
        using var folder = new TemporaryFolder();
        PreparedCaseWriter.Write(folder.At("a.case"), Header("sha-labels"), Image, Labels);
        var bytes = File.ReadAllBytes(folder.At("a.case"));
        var random = new Random(11);
        for (var round = 0; round < 1000; round++)
        {
            var mutated = (byte[])bytes.Clone();
            var cut = round % 3 == 0;
            if (!cut)
            {
                mutated[random.Next(900)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(folder.At("m.case"), cut ? mutated[..random.Next(mutated.Length)] : mutated);
            try
            {
                using var file = PreparedCaseFile.Open(folder.At("m.case"));
                Assert.False(cut);
                file.CopyImage(-1, -1, -1, new GridSize(9, 9, 9), new float[729]);
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith(folder.At("m.case"), e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_disposed_file_is_not_read()
    {
        using var folder = new TemporaryFolder();
        PreparedCaseWriter.Write(folder.At("a.case"), Header("sha"), Image, Labels);
        var file = PreparedCaseFile.Open(folder.At("a.case"));
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.CopyImage(0, 0, 0, new GridSize(1, 1, 1), new float[1]));
        Assert.Throws<ObjectDisposedException>(() => file.LabelSamples(2).Length);
    }

    private static PreparedCase Header(string? labels) => new()
    {
        CaseId = "ct_012",
        Modality = "ct",
        PlanDigest = "sha-plan",
        ImageDigest = "sha-image",
        LabelsDigest = labels,
        Grid = Grid(Size),
        Statistics = new IntensityStatistics(-991, 500, 12.5, 130.25),
    };

    private static PreparedGrid Grid(GridSize size)
    {
        var native = Geometries.Of(size.Width, size.Height, size.Depth, new Point3(2, 2, 2), Orientation.Ras, new Point3(0.1, 0.2, 0.3));
        return PreparedGrid.Create(native, new GridSize(0, 0, 0), size, GridSpacing.Isotropic(2), size, 1 << 20);
    }
}
