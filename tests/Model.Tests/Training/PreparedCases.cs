using Hermes.Imaging.Configuration;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Tests.Volumes;
using Hermes.Imaging.Volumes;
using Hermes.Model.Network;
using Hermes.Model.Training;

namespace Hermes.Model.Tests.Training;

/// <summary>Small prepared datasets with a bright box in noise, and a configuration that learns them in moments.</summary>
internal sealed class PreparedCases : IDisposable
{
    private const string MedFormer = "conv_num: [1, 0, 0, 0, 0, 0, 1, 2]\ntrans_num: [0, 1, 1, 1, 1, 1, 0, 0]";

    private readonly TemporaryFolder _folder = new();
    private readonly List<PreparedCaseFile> _open = [];

    public PreparedCases(TrainingConfiguration configuration, int cases = 2, int validation = 0)
    {
        var plan = configuration.Plan().Digest;
        Datasets =
        [
            Dataset("one", "ct", [new LabelledTask(1, "one/box"), new LabelledTask(3, "one/rest")], cases, validation, plan),
            Dataset("two", null, [new LabelledTask(1, "two/box")], cases, 0, plan),
        ];
    }

    /// <summary>One dataset with one case, whose voxels are given.</summary>
    public PreparedCases(TrainingConfiguration configuration, GridSize size, float[] image, ushort[] labels) => Datasets =
    [
        new PreparedDataset(
            new DatasetPrompt("given", "ct", [.. labels.Distinct().Where(label => label != 0).Order().Select(label => new LabelledTask(label, $"given/{label}"))]),
            [Write("given", "ct", configuration.Plan().Digest, size, image, labels)],
            []),
    ];

    public static PriorVocabulary Vocabulary { get; } = new(["two/box", "one/box", "one/rest"], ["ct", "t1"]);

    public IReadOnlyList<PreparedDataset> Datasets { get; }

    public string File(string name) => _folder.At(name);

    /// <summary>A configuration; what <paramref name="more"/> says of a key that has a value here counts.</summary>
    public static TrainingConfiguration Configuration(string more = "")
    {
        string[] lines =
        [
            "base_chan: 8",
            .. more.Contains("medformer", StringComparison.Ordinal) ? MedFormer.Split('\n') : ["num_block: [1, 1, 1, 1]"],
            "training_size: [32, 32, 32]", "batch_size: 2", "steps: 6", "warmup_steps: 1", "base_lr: 0.01", "foreground: 0.5",
        ];
        var own = more.Split('\n').Select(Key).ToHashSet(StringComparer.Ordinal);
        return TrainingConfigurationReader.Read($"{string.Join('\n', lines.Where(line => !own.Contains(Key(line))))}\n{more}", "test.yaml");

        static string Key(string line) => line.Split(':')[0];
    }

    public void Dispose()
    {
        _open.ForEach(file => file.Dispose());
        _folder.Dispose();
    }

    private PreparedDataset Dataset(string name, string? modality, LabelledTask[] labels, int cases, int validation, string plan)
    {
        PreparedCaseFile[] files = [.. Enumerable.Range(0, cases + validation).Select(i => Case($"{name}_{i}", modality ?? "other", i, plan))];
        return new PreparedDataset(new DatasetPrompt(name, modality, [.. labels]), files[..cases], files[cases..]);
    }

    private PreparedCaseFile Case(string id, string modality, int number, string plan)
    {
        var size = new GridSize(34 + number, 33, 40);
        var image = new float[size.VoxelCount];
        var labels = new ushort[size.VoxelCount];
        var noise = new CounterGenerator(7, (ulong)number, (ulong)id.Length);
        for (int z = 0, n = 0; z < size.Depth; z++)
        {
            for (var y = 0; y < size.Height; y++)
            {
                for (var x = 0; x < size.Width; x++, n++)
                {
                    var box = z is > 8 and < 20 && y is > 10 and < 24 && x > 6 + number && x < 22;
                    labels[n] = box ? (ushort)1 : z > 28 ? (ushort)3 : (ushort)0;
                    image[n] = (box ? 1.5f : 0) + (float)(0.3 * noise.Normals().First);
                }
            }
        }

        return Write(id, modality, plan, size, image, labels);
    }

    private PreparedCaseFile Write(string id, string modality, string plan, GridSize size, float[] image, ushort[] labels)
    {
        var native = Geometries.Of(size.Width, size.Height, size.Depth, new Point3(2, 2, 2), Orientation.Ras, new Point3(0, 0, 0));
        PreparedCaseWriter.Write(_folder.At(id), new PreparedCase
        {
            CaseId = id,
            Modality = modality,
            PlanDigest = plan,
            ImageDigest = $"image {id}",
            LabelsDigest = $"labels {id}",
            Grid = PreparedGrid.Create(native, new GridSize(0, 0, 0), size, GridSpacing.Isotropic(2), size, 1 << 20),
            Statistics = new IntensityStatistics(0, 1, 0, 1),
        }, image, labels);
        var file = PreparedCaseFile.Open(_folder.At(id));
        _open.Add(file);
        return file;
    }
}
