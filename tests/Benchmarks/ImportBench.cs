using System.Runtime.InteropServices;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using static TorchSharp.torch;

namespace Hermes.Benchmarks;

/// <summary>A full-size checkpoint of the official code, made a package of, or its bytes read and copied.</summary>
/// <param name="import">Whether it is imported; otherwise copied, as durably.</param>
internal sealed class ImportBench(bool import) : IWorkload
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hermes-import-").FullName;
    private readonly TaskList _tasks = TaskList.ReadFile(TaskList.PublishedFile);
    private bool _isWritten;

    private string Checkpoint => Path.Combine(_folder, "checkpoint.pth");

    public void Run()
    {
        if (!_isWritten)
        {
            Write();
            _isWritten = true;
        }

        var target = Path.Combine(_folder, "target");
        if (!import)
        {
            using var source = File.OpenRead(Checkpoint);
            using var copy = File.Create(target);
            source.CopyTo(copy, 1 << 20);
            copy.Flush(flushToDisk: true);
            return;
        }

        using var checkpoint = OfficialCheckpoint.Open(Checkpoint);
        var description = checkpoint.Describe(_tasks);
        if (checkpoint.Mismatches(description).Count > 0)
        {
            throw new InvalidOperationException("The checkpoint is not as it was written.");
        }

        checkpoint.Write(description, target);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var rows = Enumerable.Range(0, TaskList.PublishedRows.Tasks).Select(row => $"task/{row}");
        using var network = HermesNetwork.Create(new NetworkConfiguration(), new PriorVocabulary(rows, _tasks.Modalities), generator);
        TorchCheckpointWriter.Write(
            Checkpoint, [.. network.NamedParameters().Select(p => new TorchTensorSource(p.Name, TorchElementType.Float32, p.Shape, stream => Write(p, stream)))]);
    }

    private static void Write(NetworkParameter parameter, Stream stream)
    {
        using var values = parameter.Read();
        stream.Write(MemoryMarshal.AsBytes<float>(values.data<float>().ToArray()));
    }
}
