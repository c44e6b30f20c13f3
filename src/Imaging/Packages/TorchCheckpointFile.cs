using System.Runtime.InteropServices;

namespace Hermes.Imaging.Packages;

/// <summary>
/// A checkpoint as torch.save writes it (.pth, .pt), read without PyTorch: its tree of values, and the bytes of its tensors as they are asked for. Nothing in
/// it is executed: its pickle may make tensors, containers and numbers, and is refused where it asks for anything else. Not for several threads at once.
/// </summary>
public sealed class TorchCheckpointFile : IDisposable
{
    // With the list of entries and the buffers, reading takes less than 64 MiB and twice the size of the file.
    private const long SmallestMemory = 44 << 20;
    private const long LargestMemory = 128 << 20;
    private const int GatherElements = 1 << 16;

    private readonly TorchArchive _archive;
    private readonly IReadOnlyDictionary<string, TorchStorage> _storages;

    private TorchCheckpointFile(TorchArchive archive)
    {
        _archive = archive;
        var pickle = archive.Pickle();
        var memory = SmallestMemory + Math.Min(archive.Length, LargestMemory) - pickle.Length;
        var reader = new PickleReader(new PickleSource(pickle, archive.Name, memory), archive.StoredBytes);
        Root = reader.Read();
        _storages = reader.Storages;
        var stored = _storages.Values.Sum(storage => storage.Length);
        if (stored > archive.Length)
        {
            throw archive.Refusal($"has {archive.Length} bytes, of which its storages are said to take {stored}.", TorchArchive.CopyAgain);
        }
    }

    /// <summary>The file's name or path.</summary>
    public string Name => _archive.Name;

    /// <summary>What was saved: a state dict, or whatever else a training saves, with state dicts in it.</summary>
    public TorchValue Root { get; }

    /// <summary>Opens a file and reads everything but its tensors' bytes.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="name">What to call it in messages; its path if null.</param>
    /// <exception cref="InvalidDataException">It is no checkpoint that is read here; the message says what it is and what to do.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TorchCheckpointFile Open(string path, string? name = null)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return Open(stream, name ?? path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Opens a checkpoint and reads everything but its tensors' bytes.</summary>
    /// <param name="stream">The file; can be sought in, and is disposed with what is returned.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="InvalidDataException">It is no checkpoint that is read here; the message says what it is and what to do.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TorchCheckpointFile Open(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new TorchCheckpointFile(new TorchArchive(stream, name));
    }

    /// <summary>Reads the little-endian bytes of a tensor in row-major order, however it lies in its storage.</summary>
    /// <param name="tensor">A tensor of <see cref="Root"/>.</param>
    /// <param name="take">Takes them in pieces of whole elements. Where they are damaged, that shows when some are taken.</param>
    /// <exception cref="ArgumentException">The tensor is of another file.</exception>
    /// <exception cref="InvalidDataException">Its bytes are damaged, or it is not contiguous and lies over more than 2 GiB.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Read(TorchTensor tensor, Action<ReadOnlySpan<byte>> take)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(take);
        if (!ReferenceEquals(_storages.GetValueOrDefault(tensor.Storage.Key), tensor.Storage))
        {
            throw new ArgumentException($"The tensor is not one of '{Name}'.", nameof(tensor));
        }

        var size = TorchStorage.ElementSize(tensor.Type);
        var (begin, extent) = (tensor.Offset * size, tensor.Extent * size);
        if (extent == 0)
        {
            return;
        }

        if (tensor.IsRowMajor)
        {
            _archive.Read(tensor.Storage.Key, begin, extent, take);
            return;
        }

        if (extent > Array.MaxLength)
        {
            throw _archive.Refusal("has a tensor of more than 2 GiB that is not contiguous, which is not read.", "In PyTorch, torch.save its contiguous() instead.");
        }

        var bytes = new byte[extent];
        using (var whole = new MemoryStream(bytes))
        {
            _archive.Read(tensor.Storage.Key, begin, extent, whole.Write);
        }

        switch (size)
        {
            case 1:
                Gather<byte>(bytes, tensor, take);
                break;
            case 2:
                Gather<ushort>(bytes, tensor, take);
                break;
            case 4:
                Gather<uint>(bytes, tensor, take);
                break;
            default:
                Gather<ulong>(bytes, tensor, take);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    private static void Gather<T>(ReadOnlySpan<byte> bytes, TorchTensor tensor, Action<ReadOnlySpan<byte>> take)
        where T : unmanaged
    {
        var elements = MemoryMarshal.Cast<byte, T>(bytes);
        Span<T> gathered = new T[Math.Min(GatherElements, tensor.Elements)];
        var last = tensor.Shape.Count - 1;
        var (length, step) = (tensor.Shape[last], (int)tensor.Strides[last]);
        var index = new long[tensor.Shape.Count];
        var (count, row) = (0, 0L);
        for (var done = 0L; done < tensor.Elements; done += length)
        {
            for (var (n, at) = (0L, (int)row); n < length; n++, at += step)
            {
                gathered[count++] = elements[at];
                if (count == gathered.Length)
                {
                    take(MemoryMarshal.AsBytes(gathered));
                    count = 0;
                }
            }

            for (var axis = last - 1; axis >= 0; axis--)
            {
                row += tensor.Strides[axis];
                if (++index[axis] < tensor.Shape[axis])
                {
                    break;
                }

                row -= tensor.Strides[axis] * tensor.Shape[axis];
                index[axis] = 0;
            }
        }

        take(MemoryMarshal.AsBytes(gathered[..count]));
    }
}
