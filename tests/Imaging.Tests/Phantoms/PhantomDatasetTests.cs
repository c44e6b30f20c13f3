using System.Text.Json;
using Hermes.Imaging.Phantoms;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Imaging.Tests.Phantoms;

public sealed class PhantomDatasetTests
{
    [Fact]
    public void Three_datasets_are_written_that_can_be_read_back()
    {
        using var folder = new TemporaryFolder();

        var datasets = PhantomDataset.Write(folder.Path, seed: 4, trainingCases: 6, testCases: 1);

        Assert.Equal(["phantom_ct", "phantom_t1", "phantom_pet"], datasets.Select(d => d.Name));
        Assert.Equal(8, datasets.Sum(d => d.Structures.Count));
        var turned = 0;
        foreach (var dataset in datasets)
        {
            var split = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(dataset.Split))!;
            var names = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(dataset.LabelNames))!;
            Assert.Equal(6, split.Values.Count(v => v == "train"));
            Assert.Equal("test", split[$"{dataset.Modality}_007"]);
            Assert.Equal(dataset.Structures.Values, names.Values);
            foreach (var id in split.Keys)
            {
                var image = NiftiReader.ReadImage(Path.Combine(dataset.Images, id + ".nii.gz")).Volume;
                var labels = NiftiReader.ReadLabels(Path.Combine(dataset.Labels, id + ".nii.gz")).Volume;
                turned += image.Geometry.AxisCodes == labels.Geometry.AxisCodes ? 0 : 1;
                var aligned = LabelAlignment.OntoImageGrid(labels, image.Geometry);
                Assert.Equal(dataset.Structures.Keys, aligned.Voxels.Where(v => v != 0).Distinct().Order());
            }
        }

        Assert.Equal(3, turned);
    }

    [Fact]
    public void The_same_seed_gives_the_same_files()
    {
        using TemporaryFolder one = new(), two = new();
        PhantomDataset.Write(one.Path, seed: 4, trainingCases: 1, testCases: 1);
        PhantomDataset.Write(two.Path, seed: 4, trainingCases: 1, testCases: 1);

        var files = Directory.GetFiles(one.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(one.Path, f)).Order().ToArray();

        Assert.Equal(18, files.Length);
        Assert.Equal(files, Directory.GetFiles(two.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(two.Path, f)).Order());
        Assert.All(files, f => Assert.Equal(File.ReadAllBytes(one.At(f)), File.ReadAllBytes(two.At(f))));
    }
}
