using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hermes.Imaging.Packages;
using Hermes.Model.Network;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>
/// The learned parameters of a network laid end to end, so that optimiser state and averages are single flat tensors and elementwise
/// work runs in a few passes over chunks instead of thousands of small tensor operations.
/// </summary>
internal sealed class FlatParameters
{
    /// <summary>Elements of a chunk. Sums are taken per chunk and added in chunk order, so they do not depend on the number of threads.</summary>
    private const int ChunkLength = 1 << 14;

    // Held for ever: see KeptScalar.
    private static readonly Scalar One = 1;

    public FlatParameters(IEnumerable<NetworkParameter> parameters)
    {
        var tensors = new List<FlatTensor>();
        var pieces = new List<FlatPiece>();
        var chunks = new List<FlatChunk>();
        long position = 0;
        foreach (var parameter in parameters)
        {
            var start = position;
            var firstChunk = chunks.Count;
            foreach (var piece in parameter.Pieces)
            {
                var length = piece.numel();
                // A frozen piece keeps its place but is never touched.
                for (long offset = 0; piece.requires_grad && offset < length; offset += ChunkLength)
                {
                    chunks.Add(new FlatChunk(pieces.Count, offset, (int)Math.Min(ChunkLength, length - offset)));
                }

                pieces.Add(new FlatPiece(piece, tensors.Count, position, length));
                position += length;
            }

            tensors.Add(new FlatTensor(parameter.Name, parameter.Shape, start, position - start, firstChunk, chunks.Count - firstChunk));
        }

        (Tensors, Pieces, Chunks, Length) = (tensors, pieces, [.. chunks], position);
        OnCpu = pieces.All(piece => piece.Parameter.device_type == DeviceType.CPU && piece.Parameter.is_contiguous());
    }

    public IReadOnlyList<FlatTensor> Tensors { get; }

    public IReadOnlyList<FlatPiece> Pieces { get; }

    public FlatChunk[] Chunks { get; }

    /// <summary>Elements of all tensors together.</summary>
    public long Length { get; }

    /// <summary>Whether every parameter is plain memory of this process, and treated as such.</summary>
    public bool OnCpu { get; set; }

    /// <summary>A flat tensor of zeros beside the parameters, owned by the caller and by no dispose scope.</summary>
    public Tensor NewState() => zeros([Length], device: Pieces[0].Parameter.device).DetachFromDisposeScope();

    /// <summary>Runs over all chunks, on as many threads as libtorch uses.</summary>
    public void ForEachChunk(Action<int> body) =>
        Parallel.For(0, Chunks.Length, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, get_num_threads()) }, body);

    /// <summary>Adds the gradients of other parameters of the same shapes to these.</summary>
    public void AddGradients(FlatParameters others)
    {
        var sums = Gradients();
        Add(sums, others.Gradients());
        SetGradients(sums);
    }

    /// <summary>Adds gradients to sums, piece by piece; null where there is none. The gradients are given up.</summary>
    public static void Add(Tensor?[] sums, IEnumerable<Tensor?> gradients)
    {
        using var frozen = no_grad();
        foreach (var (i, gradient) in gradients.Index())
        {
            if (gradient is not null && sums[i] is { } sum)
            {
                sum.add_(gradient, One);
                gradient.Dispose();
            }
            else
            {
                sums[i] ??= gradient;
            }
        }
    }

    /// <summary>Takes the gradients away: those of every piece, null where it has none.</summary>
    /// <returns>In the caller's dispose scope.</returns>
    public Tensor?[] TakeGradients()
    {
        var taken = Gradients();
        SetGradients(new Tensor?[taken.Length]);
        return taken;
    }

    /// <summary>Sets the gradient of every piece.</summary>
    public void SetGradients(IReadOnlyList<Tensor?> gradients)
    {
        foreach ((var piece, var gradient) in Pieces.Zip(gradients))
        {
            piece.Parameter.grad = gradient;
        }
    }

    /// <summary>Copies every parameter into <paramref name="flat"/>, a flat state in plain memory.</summary>
    public void CopyTo(Span<float> flat)
    {
        foreach (var piece in Pieces)
        {
            Copy(piece.Parameter, Of(flat, piece));
        }
    }

    /// <summary>Sets every parameter from <paramref name="flat"/>, a flat state in plain memory.</summary>
    public void CopyFrom(Span<float> flat)
    {
        using var frozen = no_grad();
        foreach (var piece in Pieces)
        {
            using var scope = NewDisposeScope();
            piece.Parameter.copy_(Like(piece, Of(flat, piece)));
        }
    }

    /// <summary>The stretch of a flat state in plain memory that belongs to a piece.</summary>
    public static Span<float> Of(Span<float> flat, FlatPiece piece) => flat.Slice(checked((int)piece.Start), checked((int)piece.Length));

    /// <summary>A tensor's numbers, wherever they are.</summary>
    public static void Copy(Tensor tensor, Span<float> numbers)
    {
        using var scope = NewDisposeScope();
        MemoryMarshal.Cast<byte, float>(tensor.detach().cpu().contiguous().bytes).CopyTo(numbers);
    }

    /// <summary>A tensor of a piece's shape with these numbers, on the processor, in the caller's dispose scope.</summary>
    public static Tensor Like(FlatPiece piece, ReadOnlySpan<float> numbers)
    {
        var tensor = empty(piece.Parameter.shape, ScalarType.Float32);
        numbers.CopyTo(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor;
    }

    /// <summary>A flat state as tensors of a file, named by <paramref name="prefix"/> and official name.</summary>
    public IEnumerable<SafetensorsTensor> Named(string prefix, Tensor state) => Tensors.Select(tensor => new SafetensorsTensor(
        prefix + tensor.Name, SafetensorsType.F32, tensor.Shape, take => take(state.narrow(0, tensor.Start, tensor.Length).cpu().contiguous().bytes)));

    /// <summary>Fills a flat state from the tensors that <see cref="Named"/> wrote.</summary>
    public void Read(SafetensorsFile file, string prefix, Tensor state)
    {
        using var frozen = no_grad();
        foreach (var flat in Tensors)
        {
            using var scope = NewDisposeScope();
            state.narrow(0, flat.Start, flat.Length).copy_(tensor(file.Floats(prefix + flat.Name, flat.Shape)));
        }
    }

    /// <summary>The first element of a CPU tensor's memory.</summary>
    public static unsafe float* Memory(Tensor tensor) => (float*)Unsafe.AsPointer(ref tensor.bytes[0]);

    private Tensor?[] Gradients() => [.. Pieces.Select(piece => piece.Parameter.grad)];
}

/// <summary>An official tensor in the flat layout.</summary>
internal sealed record FlatTensor(string Name, long[] Shape, long Start, long Length, int FirstChunk, int ChunkCount);

/// <summary>A parameter of a <see cref="FlatTensor"/>.</summary>
internal sealed record FlatPiece(Parameter Parameter, int Tensor, long Start, long Length);

/// <summary>A stretch of a piece; <paramref name="Offset"/> counts from the piece's first element.</summary>
internal readonly record struct FlatChunk(int Piece, long Offset, int Length);
