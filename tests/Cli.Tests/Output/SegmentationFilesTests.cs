using CsCheck;
using Hermes.Cli.Output;
using Hermes.Cli.Verbs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Cli.Tests.Output;

public sealed class SegmentationFilesTests : IDisposable
{
    private static readonly BlobRef Blob = new("local", new string('0', 64), 1, MediaTypes.NiftiGz);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.nii")]
    [InlineData("out.png")]
    [InlineData(".nii.gz")]
    [InlineData("folder/")]
    public void Another_ending_is_wrong_usage(string output) => Assert.Throws<UsageException>(() => new SegmentationFiles(output, force: false));

    [Fact]
    public void Masks_stay_in_the_outputs_folder_and_apart_whatever_the_tasks_are_called()
    {
        Gen.String.Array[1, 6].Where(tasks => tasks.Distinct().Count() == tasks.Length).Sample(tasks =>
        {
            var files = new SegmentationFiles(Path.Combine("/out", "masks.nii.gz"), force: false).MaskFiles(Result(tasks));

            Assert.Equal(tasks.Length, files.Values.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.All(files.Values, file => Assert.Equal("/out", Path.GetDirectoryName(Path.GetFullPath(file))));
            Assert.All(files.Values, file => Assert.EndsWith(".nii.gz", file, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void A_mask_is_named_after_its_task() =>
        Assert.Equal("masks_abdomen_liver.nii.gz", new SegmentationFiles("masks.nii.gz", force: false).MaskFiles(Result("abdomen/liver"))["abdomen/liver"]);

    [Fact]
    public void A_missing_folder_is_made_and_nothing_is_left_in_it()
    {
        var folder = Path.Combine(_folder.Path, "new", "er");

        new SegmentationFiles(Path.Combine(folder, "out.nii.gz"), force: false).CheckBefore(separate: false);

        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("out.nii.gz")]
    [InlineData("out.json")]
    public void What_exists_is_replaced_only_by_force(string name)
    {
        _folder.File(name);
        var output = Path.Combine(_folder.Path, "out.nii.gz");

        Assert.Contains("--force", Assert.Throws<HermesException>(() => new SegmentationFiles(output, force: false).CheckBefore(separate: false)).Hint, StringComparison.Ordinal);
        new SegmentationFiles(output, force: true).CheckBefore(separate: false);
    }

    [Fact]
    public void A_file_where_the_folder_should_be_is_refused()
    {
        var file = _folder.File("file");

        Assert.Throws<HermesException>(() => new SegmentationFiles(Path.Combine(file, "out.nii.gz"), force: false).CheckBefore(separate: false));
    }

    private static SegmentationResult Result(params string[] tasks) => new()
    {
        Tasks = [.. tasks.Select((task, i) => new SegmentedTask { Task = task, Value = i + 1, VolumeMl = 1, Mask = Blob })],
        PromptGroup = "g",
        Modality = "ct",
        GeometryDigest = "",
        GeometryChecked = true,
        Windows = 1,
        Seconds = 1,
    };
}
