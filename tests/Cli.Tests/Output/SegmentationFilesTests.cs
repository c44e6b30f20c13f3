using CsCheck;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces;

namespace Hermes.Cli.Tests.Output;

public sealed class SegmentationFilesTests : IDisposable
{
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
            var files = new SegmentationFiles(Path.Combine("/out", "masks.nii.gz"), force: false).NamesFor(tasks);

            Assert.Equal(tasks.Length, files.Values.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.All(files.Values, file => Assert.Equal("/out", Path.GetDirectoryName(Path.GetFullPath(file))));
            Assert.All(files.Values, file => Assert.EndsWith(".nii.gz", file, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void A_mask_is_named_after_its_task() =>
        Assert.Equal("masks_abdomen_liver.nii.gz", new SegmentationFiles("masks.nii.gz", force: false).NamesFor(["abdomen/liver"])["abdomen/liver"]);

    [Fact]
    public void Several_prompt_groups_get_a_file_each_and_one_gets_the_output_itself()
    {
        Assert.Equal(["out_a.nii.gz", "out_b.nii.gz"], SegmentationFiles.Of("out.nii.gz", ["a", "b"], force: false).Select(f => f.LabelMap));
        Assert.Equal("out.nii.gz", Assert.Single(SegmentationFiles.Of("out.nii.gz", ["a"], force: false)).LabelMap);
        Assert.Equal("out.nii.gz", Assert.Single(SegmentationFiles.Of("out.nii.gz", [], force: false)).LabelMap);
    }

    [Theory]
    [InlineData("out.nii.gz", false)]
    [InlineData("out.json", false)]
    [InlineData("out_a_liver.nii.gz", true)]
    [InlineData("out.json", true)]
    public void What_exists_is_replaced_only_by_force(string name, bool separate)
    {
        _folder.File(name);

        Assert.Contains("--force", Assert.Throws<HermesException>(() => Check(force: false, separate)).Hint, StringComparison.Ordinal);
        Check(force: true, separate);
    }

    [Theory]
    [InlineData("out.nii.gz", false)]
    [InlineData("out.json", false)]
    [InlineData("out_a_liver.nii.gz", true)]
    public void The_input_is_never_an_output(string name, bool separate)
    {
        File.CreateSymbolicLink(_folder.At(name), _folder.At("scan.nii.gz"));

        Assert.Contains("never replaced", Assert.Throws<HermesException>(() => Check(force: true, separate)).Message, StringComparison.Ordinal);
    }

    private void Check(bool force, bool separate) =>
        new SegmentationFiles(_folder.At("out.nii.gz"), force).CheckBefore(_folder.File("scan.nii.gz"), separate, ["a/liver"]);
}
