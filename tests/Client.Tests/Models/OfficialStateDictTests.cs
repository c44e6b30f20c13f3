using System.Runtime.InteropServices;
using Hermes.Client.Models;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Prompts;

namespace Hermes.Client.Tests.Models;

public sealed class OfficialStateDictTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(BranchPolicy.Branch)]
    [InlineData(BranchPolicy.Priors)]
    public void A_branch_is_put_in_place_and_its_rows_stand_behind_the_tasks(BranchPolicy policy)
    {
        // One row of task priors to spare, then the null prior; one modality, then the unknown one.
        using var trunk = Write(
            "trunk",
            ("up4.conv", [2], [1, 2]),
            ("p.task_prior", [4, 1], [10, 11, 18, 19]),
            ("p.modality_prior", [2, 1, 1], [20, 29]),
            ("mod_out.classifier.fc2.weight", [2, 2], [1, 2, 3, 4]),
            ("mod_out.classifier.fc2.bias", [2], [5, 6]));
        using var branch = policy == BranchPolicy.Branch
            ? Write("branch", ("p.task_prior", [1, 1], [12]), ("p.modality_prior", [1, 1, 1], [21]), ("up4.conv", [2], [7, 8]))
            : Write("branch", ("p.task_prior", [1, 1], [12]), ("p.modality_prior", [1, 1, 1], [21]));

        OfficialStateDict.Write(_folder.At("out.pth"), Version(policy), trunk, branch);

        using var file = TorchCheckpointFile.Open(_folder.At("out.pth"));
        var root = (TorchDictionary)file.Root;
        var state = (TorchDictionary)root.Find("model_state_dict")!;
        Assert.Equal(new TorchWholeNumber(2), root.Find("epoch"));
        Assert.Equal(["up4.conv", "p.task_prior", "p.modality_prior", "mod_out.classifier.fc2.weight", "mod_out.classifier.fc2.bias"], state.Entries.Select(e => ((TorchText)e.Key).Text));
        Assert.Equal(policy == BranchPolicy.Branch ? [7, 8] : [1, 2], Floats("up4.conv", [2]));
        Assert.Equal([10, 11, 12, 18, 19], Floats("p.task_prior", [5, 1]));
        Assert.Equal([20, 21, 29], Floats("p.modality_prior", [3, 1, 1]));
        Assert.Equal([1, 2, 0, 0, 3, 4], Floats("mod_out.classifier.fc2.weight", [3, 2]));
        Assert.Equal([5, 0, 6], Floats("mod_out.classifier.fc2.bias", [3]));

        var told = ModelDescription.FromJson(((TorchText)root.Find(ModelDescription.TorchKey)!).Text);
        Assert.Equal(["a/x", "a/y", "b/z"], told.Tasks);
        Assert.Equal(["ct", "us"], told.Modalities);
        Assert.Equal(1, told.SpareTasks);
        Assert.Equal(policy == BranchPolicy.Branch ? ["b"] : ["a", "b"], told.PromptGroups.Select(g => g.Name));

        float[] Floats(string name, long[] shape)
        {
            var tensor = (TorchTensor)state.Find(name)!;
            Assert.Equal(shape, tensor.Shape);
            using var bytes = new MemoryStream();
            file.Read(tensor, bytes.Write);
            return MemoryMarshal.Cast<byte, float>(bytes.ToArray()).ToArray();
        }
    }

    [Theory]
    [InlineData("a.safetensors", ExportForm.Safetensors)]
    [InlineData("b.PTH", ExportForm.Torch)]
    [InlineData("c.pt", ExportForm.Torch)]
    [InlineData("folder/d", ExportForm.Folder)]
    public void The_ending_of_a_name_says_what_is_written(string name, ExportForm form) => Assert.Equal(form, ExportTarget.Of(name).Form);

    [Fact]
    public void Another_ending_is_refused() =>
        Assert.Contains("ends in .onnx", Assert.Throws<Grains.Interfaces.HermesException>(() => ExportTarget.Of("a.onnx")).Message, StringComparison.Ordinal);

    private static ModelVersion Version(BranchPolicy policy) => new()
    {
        Model = "m",
        Version = 2,
        Content = new ModelVersionContent
        {
            Package = Blob('a'), Tasks = ["a/x", "a/y"], Modalities = ["ct"], PromptGroups = [new PromptGroup("a", "ct", [new PromptLabel(1, "a/x"), new PromptLabel(2, "a/y")])],
            Network = "n", Parameters = 1,
            Branches =
            [
                new ModelBranch
                {
                    Package = Blob('b'), Trunk = Blob('a').Sha256, Group = new PromptGroup("b", "us", [new PromptLabel(1, "b/z")]), Tasks = ["b/z"], Modalities = ["us"],
                    Policy = policy, Dataset = new PinnedDataset("local/b", 1), Parameters = 1,
                },
            ],
        },
        Run = "run",
        Datasets = [],
        Published = DateTimeOffset.UnixEpoch,
    };

    private static BlobRef Blob(char digit) => new("local", new string(digit, 64), 1, MediaTypes.Safetensors);

    private SafetensorsFile Write(string name, params (string Name, long[] Shape, float[] Values)[] tensors)
    {
        var description = new ModelDescription
        {
            Tasks = ["a/x", "a/y"], Modalities = ["ct"], SpareTasks = 1, PromptGroups = [new DatasetPrompt("a", "ct", [new LabelledTask(1, "a/x"), new LabelledTask(2, "a/y")])],
            Configuration = "{}", Plan = "{}", Steps = 900,
        };
        SafetensorsWriter.Write(
            _folder.At(name),
            description.Metadata(),
            [.. tensors.Select(t => new SafetensorsTensor(t.Name, SafetensorsType.F32, t.Shape, take => take(MemoryMarshal.AsBytes(t.Values.AsSpan()))))]);
        return SafetensorsFile.Open(_folder.At(name));
    }
}
