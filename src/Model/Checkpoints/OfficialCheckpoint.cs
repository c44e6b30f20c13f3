using System.Numerics;
using System.Runtime.InteropServices;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Model.Network;
using TorchSharp;
using Architecture = Hermes.Imaging.Configuration.Architecture;

namespace Hermes.Model.Checkpoints;

/// <summary>
/// Weights of Hermes-R or Hermes-M as the official implementation stores them with PyTorch (docs/method.md, Parity): a training checkpoint, of which the averaged
/// weights are taken, or a bare state dict. What the network is follows from names and shapes.
/// </summary>
public sealed class OfficialCheckpoint : IDisposable
{
    // The better first.
    private static readonly string[] Dictionaries = ["ema_model_state_dict", "model_state_dict", "state_dict", "model"];
    private const int MostEpochs = 1_000_000;
    // What wrappers of a module put before its names.
    private static readonly string[] Wrappers = ["module.", "_orig_mod."];
    private readonly TorchCheckpointFile _file;
    private readonly TorchDictionary? _root;

    private OfficialCheckpoint(TorchCheckpointFile file, string? taken, IReadOnlyDictionary<string, TorchTensor> tensors)
    {
        (_file, Taken, Tensors) = (file, taken, tensors);
        var root = file.Root as TorchDictionary;
        _root = root;
        Epochs = (int)Int128.Clamp((root?.Find("epoch") as TorchWholeNumber)?.Value ?? 0, 0, MostEpochs);
        Own = Text(ModelDescription.TorchKey) is { } told ? ModelDescription.FromJson(told) : null;
        Network = new StateDictShape(file.Name, tensors.ToDictionary(t => t.Key, t => t.Value.Shape, StringComparer.Ordinal)).Configuration();
        TaskRows = Rows(OfficialNames.TaskPriors(Network.Architecture, 0));
        ModalityRows = Rows(OfficialNames.ModalityPriors(Network.Architecture, 0));
    }

    /// <summary>Which dictionary of the file the weights are from; null when the file holds nothing else.</summary>
    public string? Taken { get; }

    /// <summary>Epochs that the training had done, as far as the file says it.</summary>
    public int Epochs { get; }

    /// <summary>What it says of itself, if a platform wrote it.</summary>
    public ModelDescription? Own { get; }

    /// <summary>The tensors by official name, in the order of the file.</summary>
    public IReadOnlyDictionary<string, TorchTensor> Tensors { get; }

    /// <summary>Architecture, widths and depths.</summary>
    public NetworkConfiguration Network { get; }

    /// <summary>Rows of the tables of task priors, without the null prior, which is the last.</summary>
    public int TaskRows { get; }

    /// <summary>Rows of the tables of modality priors, without the unknown modality, which is the last.</summary>
    public int ModalityRows { get; }

    /// <summary>Opens a file; no weights are read yet.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="name">What to call it in messages; its path if null.</param>
    /// <exception cref="InvalidDataException">It holds no weights of Hermes-R or Hermes-M.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OfficialCheckpoint Open(string path, string? name = null)
    {
        var file = TorchCheckpointFile.Open(path, name);
        try
        {
            (var taken, var state) = StateDict(file);
            var tensors = new OrderedDictionary<string, TorchTensor>(StringComparer.Ordinal);
            foreach ((var key, var value) in state.Entries)
            {
                if (key is TorchText text && value is TorchTensor tensor && !tensors.TryAdd(Unwrapped(text.Text), tensor))
                {
                    throw new InvalidDataException($"'{file.Name}' holds two tensors '{Unwrapped(text.Text)}', one of them wrapped. Keep one of them.");
                }
            }

            return new OfficialCheckpoint(file, taken, tensors);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A text that stands beside the weights; null if there is none.</summary>
    public string? Text(string key) => (_root?.Find(key) as TorchText)?.Text;

    /// <summary>What the weights are once it is said what their rows mean: trained by the published recipe, on images that the official scripts prepared.</summary>
    /// <param name="tasks">What the rows mean.</param>
    /// <exception cref="InvalidDataException">More rows are named than there are.</exception>
    public ModelDescription Describe(TaskList tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var (spareTasks, spareModalities) = (TaskRows - tasks.Tasks.Length, ModalityRows - tasks.Modalities.Length);
        if (spareTasks < 0 || spareModalities < 0)
        {
            throw new InvalidDataException(
                $"'{_file.Name}' has rows of {TaskRows} tasks and {ModalityRows} modalities, beside those of the null prior and the unknown modality; "
                + $"{tasks.Tasks.Length} tasks and {tasks.Modalities.Length} modalities are named.");
        }

        var configuration = TrainingConfiguration.Preset(Network.Architecture == Architecture.MedFormer ? "hermes-m" : "hermes-r").OfficiallyPrepared() with
        {
            Network = Network,
        };
        return new ModelDescription
        {
            Tasks = tasks.Tasks,
            Modalities = tasks.Modalities,
            SpareTasks = spareTasks,
            SpareModalities = spareModalities,
            Unverified = tasks.Unverified.IsEmpty ? null : tasks.Unverified,
            PromptGroups = tasks.Groups,
            Configuration = configuration.ToJson(),
            Plan = configuration.Plan().ToJson(),
            Steps = Epochs * TrainingConfiguration.OfficialStepsPerEpoch,
        };
    }

    /// <summary>What does not fit the network that is described: tensors that are missing, of other shapes or types, or that it has no use for.</summary>
    public IReadOnlyList<WeightMismatch> Mismatches(ModelDescription description)
    {
        var expected = Expected(description);
        var known = expected.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. expected.Where(parameter => !Tensors.ContainsKey(parameter.Name)).Select(parameter => new WeightMismatch(parameter.Name, parameter.Shape, null)),
            .. expected.Where(parameter => Tensors.TryGetValue(parameter.Name, out var found) && !Fits(parameter.Shape, found))
                .Select(parameter => new WeightMismatch(parameter.Name, parameter.Shape, Tensors[parameter.Name])),
            .. Tensors.Where(tensor => !known.Contains(tensor.Key)).Select(tensor => new WeightMismatch(tensor.Key, null, tensor.Value)),
        ];
    }

    /// <summary>Makes a package of the weights, which must have no <see cref="Mismatches"/>: tensor after tensor, no network is filled.</summary>
    /// <param name="description">What the weights are.</param>
    /// <param name="path">The package to appear.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or a weight is no number.</exception>
    /// <exception cref="IOException">It cannot be read, or the package cannot be written.</exception>
    public WrittenFile Write(ModelDescription description, string path)
    {
        ArgumentNullException.ThrowIfNull(description);
        return SafetensorsWriter.Write(
            path,
            description.Metadata(),
            [.. Expected(description).Select(p => new SafetensorsTensor(p.Name, SafetensorsType.F32, p.Shape, take => Read(p.Name, Tensors[p.Name], take)))]);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // On the device "meta" a network is names and shapes, however large it claims to be.
    private static List<(string Name, long[] Shape)> Expected(ModelDescription description)
    {
        using var network = HermesNetwork.Undrawn(description.TrainingConfiguration().Network, ModelPackage.VocabularyOf(description), torch.META);
        return [.. network.NamedParameters().Select(parameter => (parameter.Name, parameter.Shape))];
    }

    private void Read(string name, TorchTensor tensor, Action<ReadOnlySpan<byte>> take)
    {
        var isFinite = true;
        _file.Read(tensor, bytes =>
        {
            isFinite &= IsFinite(bytes);
            take(bytes);
        });

        // Only now: what is damaged is told as that.
        if (!isFinite)
        {
            throw new InvalidDataException($"The tensor '{name}' of '{_file.Name}' holds values that are no finite numbers: its training diverged. Take an earlier checkpoint.");
        }
    }

    // All bits of the exponent are set in infinities and what is no number.
    private static bool IsFinite(ReadOnlySpan<byte> floats)
    {
        const uint Exponent = 0x7f800000;
        var exponents = new Vector<uint>(Exponent);
        var vectors = MemoryMarshal.Cast<byte, Vector<uint>>(floats);
        foreach (var vector in vectors)
        {
            if (Vector.EqualsAny(vector & exponents, exponents))
            {
                return false;
            }
        }

        foreach (var value in MemoryMarshal.Cast<byte, uint>(floats[(vectors.Length * Vector<byte>.Count)..]))
        {
            if ((value & Exponent) == Exponent)
            {
                return false;
            }
        }

        return true;
    }

    private static bool Fits(long[] shape, TorchTensor found) => found.Type == TorchElementType.Float32 && found.Shape.SequenceEqual(shape);

    private int Rows(string table) => Tensors.TryGetValue(table, out var tensor) && tensor.Shape is [> 1 and <= int.MaxValue, ..] ? (int)tensor.Shape[0] - 1 : 0;

    private static (string? Taken, TorchDictionary State) StateDict(TorchCheckpointFile file)
    {
        if (file.Root is not TorchDictionary root)
        {
            throw new InvalidDataException($"'{file.Name}' holds no state dict. Save one: torch.save(network.state_dict(), path).");
        }

        foreach (var name in Dictionaries)
        {
            if (root.Find(name) is TorchDictionary { Entries.Count: > 0 } state)
            {
                return (name, state);
            }
        }

        return (null, root);
    }

    private static string Unwrapped(string name)
    {
        while (Array.Find(Wrappers, wrapper => name.StartsWith(wrapper, StringComparison.Ordinal)) is { } wrapper)
        {
            name = name[wrapper.Length..];
        }

        return name;
    }
}
