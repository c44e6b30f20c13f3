using System.Buffers.Binary;
using System.Text.Json;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Prompts;

namespace Hermes.Grains.Tests.Runs;

/// <summary>Packages of trunks that say of themselves what real ones say, and have no weights.</summary>
internal static class TrunkFile
{
    /// <summary>Stores one.</summary>
    /// <param name="blobs">Where.</param>
    /// <param name="name">Names its only group, so that each is another file.</param>
    /// <param name="configuration">How it is said to be trained; the preset tiny when null.</param>
    public static async Task<BlobRef> PutTrunkAsync(this IBlobStore blobs, string name, TrainingConfiguration? configuration = null)
    {
        configuration ??= TrainingConfiguration.Preset("tiny");
        var description = new ModelDescription
        {
            Tasks = [$"{name}/liver"],
            Modalities = ["ct"],
            PromptGroups = [new DatasetPrompt(name, "ct", [new LabelledTask(1, $"{name}/liver")])],
            Configuration = configuration.ToJson(),
            Plan = configuration.Plan().ToJson(),
            Steps = 4,
        };
        return await blobs.PutFileAsync(Bytes(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["__metadata__"] = description.Metadata() })));
    }

    /// <summary>Stores a file of a model.</summary>
    public static async Task<BlobRef> PutFileAsync(this IBlobStore blobs, byte[] file)
    {
        var blob = BlobDigest.Of(file, blobs.Site, MediaTypes.Safetensors);
        await blobs.PutStreamAsync(blob, new MemoryStream(file));
        return blob;
    }

    /// <summary>A file with this header.</summary>
    public static byte[] Bytes(byte[] header)
    {
        var length = new byte[SafetensorsHeader.PrefixBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header];
    }
}
