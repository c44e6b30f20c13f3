using System.IO.Compression;
using System.Text;

namespace Hermes.Imaging.Packages;

/// <summary>
/// Writes checkpoints that torch.load reads from PyTorch 1.6 on, also with <c>weights_only=True</c>; PyTorch 1.13 has that for what has no
/// <see cref="TorchNumber"/> beside it. The same content gives the same bytes, and a file appears whole or not at all.
/// </summary>
public static class TorchCheckpointWriter
{
    /// <summary>The data of a tensor begins at a multiple of this, as in the files of PyTorch, so that it can be used where it lies.</summary>
    public const int Alignment = 64;

    private const string Folder = "archive";
    private const int LocalHeaderBytes = 30;

    // The first that a zip archive can say; when a checkpoint is written shows nowhere in it.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes beside <paramref name="path"/>, makes it durable, then renames it over whatever was there.</summary>
    /// <param name="path">The file to appear.</param>
    /// <param name="tensors">The state dict, in this order. One tensor after another is asked for its bytes.</param>
    /// <param name="under">Where the state dict stands in a dictionary around it, such as <c>model_state_dict</c>; null if it is all there is.</param>
    /// <param name="beside">What stands before it in that dictionary, such as the epoch: no tensors.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, a tensor wrote another number of bytes than its shape needs, or what stands beside cannot.</exception>
    /// <exception cref="IOException">The file cannot be written; nothing was changed.</exception>
    public static void Write(
        string path, IReadOnlyList<TorchTensorSource> tensors, string? under = null, IReadOnlyList<KeyValuePair<string, TorchValue>>? beside = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        WholeFile.Write(path, tensors.Sum(tensor => Elements(tensor) * TorchStorage.ElementSize(tensor.Type)), stream => Write(stream, tensors, under, beside));
    }

    /// <summary>Writes to a stream that is empty and can be sought in.</summary>
    internal static void Write(
        Stream stream, IReadOnlyList<TorchTensorSource> tensors, string? under = null, IReadOnlyList<KeyValuePair<string, TorchValue>>? beside = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        TorchStorage[] storages = [.. tensors.Select((tensor, n) => new TorchStorage($"{n}", tensor.Type, Elements(tensor)))];
        var pickle = Pickle(tensors, storages, under, beside ?? []);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        Add(archive, stream, "data.pkl", content => content.Write(pickle));
        AddText(archive, stream, "byteorder", "little");
        foreach (var (tensor, storage) in tensors.Zip(storages))
        {
            var written = Add(archive, stream, $"data/{storage.Key}", tensor.Write);
            if (written != storage.Length)
            {
                throw new ArgumentException(
                    $"The tensor '{tensor.Name}' wrote {written} bytes, {tensor.Type} [{string.Join(", ", tensor.Shape)}] needs {storage.Length}.", nameof(tensors));
            }
        }

        AddText(archive, stream, "version", "3\n");
    }

    private static byte[] Pickle(
        IReadOnlyList<TorchTensorSource> tensors, TorchStorage[] storages, string? under, IReadOnlyList<KeyValuePair<string, TorchValue>> beside)
    {
        var pickle = new PickleWriter();
        if (under is null)
        {
            if (beside.Count > 0)
            {
                throw new ArgumentException("What stands beside a state dict needs a name for the state dict.", nameof(beside));
            }

            StateDictionary(pickle, tensors, storages);
            return pickle.End();
        }

        RequireUnique(beside.Select(entry => entry.Key).Append(under), nameof(beside));
        pickle.Write(PickleOpcode.EmptyDictionary);
        pickle.Entries(() =>
        {
            foreach (var (key, value) in beside)
            {
                pickle.Text(key);
                pickle.Value(value);
            }

            pickle.Text(under);
            StateDictionary(pickle, tensors, storages);
        });
        return pickle.End();
    }

    private static void StateDictionary(PickleWriter pickle, IReadOnlyList<TorchTensorSource> tensors, TorchStorage[] storages)
    {
        RequireUnique(tensors.Select(tensor => tensor.Name), nameof(tensors));
        pickle.EmptyOrderedDictionary();
        pickle.Entries(() =>
        {
            foreach (var (tensor, storage) in tensors.Zip(storages))
            {
                pickle.Text(tensor.Name);
                pickle.Tensor(storage, tensor.Shape);
            }
        });
    }

    private static void AddText(ZipArchive archive, Stream stream, string name, string text) =>
        Add(archive, stream, name, content => content.Write(Encoding.ASCII.GetBytes(text)));

    private static long Add(ZipArchive archive, Stream stream, string name, Action<Stream> write)
    {
        // PyTorch fills up the header of an entry, which .NET does not offer; a gap before the header does the same, because readers go by the list at the end.
        // The first header stays where it is: by it a file is known as an archive.
        var full = $"{Folder}/{name}";
        var begin = stream.Position + LocalHeaderBytes + full.Length;
        if (stream.Position > 0)
        {
            stream.Write(new byte[(Alignment - begin % Alignment) % Alignment]);
        }

        var entry = archive.CreateEntry(full, CompressionLevel.NoCompression);
        entry.LastWriteTime = NoTime;
        using var content = entry.Open();
        write(content);
        return content.Position;
    }

    private static long Elements(TorchTensorSource tensor)
    {
        try
        {
            _ = TorchTensor.RowMajorStrides(tensor.Shape);
            var elements = tensor.Shape.Aggregate(1L, (product, axis) => axis < 0 ? throw new OverflowException() : checked(product * axis));
            _ = checked(elements * TorchStorage.ElementSize(tensor.Type));
            return elements;
        }
        catch (OverflowException)
        {
            throw new ArgumentException($"The tensor '{tensor.Name}' cannot be [{string.Join(", ", tensor.Shape)}].", nameof(tensor));
        }
    }

    private static void RequireUnique(IEnumerable<string> names, string parameter)
    {
        if (names.CountBy(name => name, StringComparer.Ordinal).FirstOrDefault(count => count.Value > 1).Key is { } twice)
        {
            throw new ArgumentException($"'{twice}' is there twice.", parameter);
        }
    }
}
