using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Prompts;

namespace Hermes.Benchmarks.Fuzzing;

/// <summary>
/// Reads damaged packages of models, each made from a sound one by a few changes to its header, of which the length then is right, or to the file. One is read, with
/// its description, its plan and all its tensors, or refused by a sentence.
/// </summary>
internal sealed class PackageFuzz : Fuzz, IDisposable
{
    // What JSON takes in memory, and what .NET takes to tell what is wrong with it.
    private const long FixedBytes = 4 << 20;
    private static readonly byte[] Telling = [.. "\"{}[]:,\\0-9eEntfu. "u8, 0, 0x7f, 0x80, 0xff];

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("hermes-fuzz-").FullName, "damaged");
    private readonly byte[] _header;
    private readonly byte[] _data;

    public PackageFuzz()
    {
        var configuration = new TrainingConfiguration();
        var description = new ModelDescription
        {
            Tasks = ["a/x", "a/y"], Modalities = ["ct"], SpareTasks = 1, PromptGroups = [new DatasetPrompt("a", "ct", [new LabelledTask(1, "a/x"), new LabelledTask(2, "a/y")])],
            Configuration = configuration.ToJson(), Plan = configuration.Plan().ToJson(), Steps = 1,
        };
        SafetensorsWriter.Write(
            _path,
            description.Metadata(),
            [
                new SafetensorsTensor("first", SafetensorsType.F32, [2, 3], take => take(new byte[24])),
                new SafetensorsTensor("none", SafetensorsType.F32, [0], _ => { }),
                new SafetensorsTensor("second", SafetensorsType.I64, [3], take => take(new byte[24])),
            ]);
        var bytes = File.ReadAllBytes(_path);
        var length = SafetensorsHeader.PrefixBytes + (int)BitConverter.ToInt64(bytes);
        (_header, _data) = (bytes[SafetensorsHeader.PrefixBytes..length], bytes[length..]);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    protected override Attempt Damaged(Random random)
    {
        var bytes = random.Next(3) == 0 ? Changed(random, Packed(_header), Telling) : Packed(Changed(random, _header, Telling));
        File.WriteAllBytes(_path, bytes);
        return new Attempt(bytes.Length, FixedBytes + 2 * bytes.Length, Read);
    }

    protected override bool IsRefusal(Exception exception) => exception is InvalidDataException;

    private new void Read()
    {
        using var file = SafetensorsFile.Open(_path);
        foreach (var name in file.Tensors.Keys)
        {
            file.Read(name);
        }

        var description = ModelDescription.Of(file.Header, _path);
        description.TrainingConfiguration();
        description.PreprocessingPlan();
    }

    private byte[] Packed(byte[] header) => [.. BitConverter.GetBytes((long)header.Length), .. header, .. _data];
}
