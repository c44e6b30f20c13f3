using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Prompts;
using Hermes.Model.Network;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Parity;

/// <summary>Reads one folder of reference data: arrays (.npy), expected numbers (expected.json) and weights (checkpoint.pth).</summary>
internal sealed partial class ParityFixture
{
    private readonly string _folder;

    private ParityFixture(string folder)
    {
        _folder = folder;
        Expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json"))).RootElement;
        ParameterNames = [.. Expected.GetProperty("parameter_names").EnumerateArray().Select(name => name.GetString()!)];
    }

    public JsonElement Expected { get; }

    public IReadOnlyList<string> ParameterNames { get; }

    /// <summary>Tasks of the fixture by row: <c>reference/0</c>, <c>reference/1</c>, ...</summary>
    public IReadOnlyList<string> Tasks => [.. Enumerable.Range(0, Config("tn")).Select(row => $"reference/{row}")];

    /// <summary>Modalities by row; the fixture's last row is the unknown modality.</summary>
    public IReadOnlyList<string> Modalities => [.. Enumerable.Range(0, Config("mn") - 1).Select(row => $"modality{row}")];

    public static ParityFixture Of(string architecture) => new(SharedFolder.Require("parity", architecture));

    /// <summary>The network of the fixture with its weights.</summary>
    public HermesNetwork Network(ScalarType type = ScalarType.Float32)
    {
        using var generator = new Generator(1);
        var network = HermesNetwork.Create(Configuration(), new PriorVocabulary(Tasks, Modalities), generator, type: type);
        LoadWeights(network);
        return network;
    }

    private NetworkConfiguration Configuration() => Expected.GetProperty("config").GetProperty("architecture").GetString() == "resunet"
        ? new NetworkConfiguration { BaseWidth = Config("base_channels") }
        : NetworkConfiguration.HermesM with
        {
            BaseWidth = Config("base_channels"),
            FusionBlocks = [.. Expected.GetProperty("config").GetProperty("trans_num").EnumerateArray().Skip(1).Take(PriorPool.Scales).Select(blocks => blocks.GetInt32())],
        };

    public void LoadWeights(HermesNetwork network)
    {
        using var scope = NewDisposeScope();
        using var archive = ZipFile.OpenRead(Path.Combine(_folder, "checkpoint.pth"));
        var parameters = network.NamedParameters();
        Assert.Equal(ParameterNames, parameters.Select(parameter => parameter.Name));
        for (var i = 0; i < parameters.Count; i++)
        {
            // The archive numbers its storages in the order of the state dict.
            ZipArchiveEntry entry = archive.Entries.Single(entry => entry.FullName.EndsWith($"/data/{i.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal));
            Assert.Equal(parameters[i].Shape.Aggregate(4L, (bytes, axis) => bytes * axis), entry.Length);
            var bytes = new byte[entry.Length];
            using (var stream = entry.Open())
            {
                stream.ReadExactly(bytes);
            }

            parameters[i].Write(tensor(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), parameters[i].Shape));
        }
    }

    /// <summary>The prompt of target_indices.npy and modality_indices.npy; nothing masked, as in the reference.</summary>
    public Prompt Prompt()
    {
        using var scope = NewDisposeScope();
        var targets = Array("target_indices");
        var rows = targets.data<long>().ToArray();
        var modalities = Array("modality_indices").data<long>().ToArray();
        var width = (int)targets.shape[1];
        return new Prompt(modalities.Select((modality, sample) => new SamplePrompt(
            [.. rows.Skip(sample * width).Take(width).Where(row => row >= 0).Select(row => Tasks[(int)row])],
            modality >= 0 && modality < Modalities.Count ? Modalities[(int)modality] : null)))
        {
            Width = width,
            MaskPadding = false,
        };
    }

    /// <summary>Classes the modality loss is given: -1 where the modality is unknown.</summary>
    public long[] ModalityTargets() => [.. Expected.GetProperty("loss").GetProperty("modality_targets").EnumerateArray().Select(target => target.GetInt64())];

    /// <summary>The array of NAME.npy.</summary>
    public Tensor Array(string name)
    {
        var file = File.ReadAllBytes(Path.Combine(_folder, name + ".npy"));
        var start = 10 + BitConverter.ToUInt16(file, 8);
        var header = Encoding.ASCII.GetString(file, 10, start - 10);
        long[] shape = [.. ShapePattern().Match(header).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(axis => long.Parse(axis, CultureInfo.InvariantCulture))];
        ReadOnlySpan<byte> data = file.AsSpan(start);
        return DescriptionPattern().Match(header).Groups[1].Value switch
        {
            "<f4" => tensor(MemoryMarshal.Cast<byte, float>(data).ToArray(), shape),
            "<i8" => tensor(MemoryMarshal.Cast<byte, long>(data).ToArray(), shape),
            "|u1" => tensor(data.ToArray(), shape),
            string other => throw new InvalidDataException($"{name}.npy holds {other}."),
        };
    }

    private int Config(string key) => Expected.GetProperty("config").GetProperty(key).GetInt32();

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex ShapePattern();

    [GeneratedRegex(@"'descr': '([^']*)'")]
    private static partial Regex DescriptionPattern();
}
