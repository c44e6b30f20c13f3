using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>The running average of the weights that validation and publication use (docs/method.md, Schedule and average).</summary>
internal sealed unsafe class WeightAverage : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly double _decay;

    public WeightAverage(FlatParameters parameters, double decay)
    {
        (_parameters, _decay) = (parameters, decay);
        Values = parameters.NewState();
        Update(0);
    }

    /// <summary>The averages, flat.</summary>
    public Tensor Values { get; }

    /// <summary>Takes the weights in; <paramref name="step"/> counts updates from 0, and the first one copies.</summary>
    public void Update(int step)
    {
        var keep = (float)Math.Min(1 - 1.0 / (step + 1.0), _decay);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        if (!_parameters.OnCpu)
        {
            // Held to the end: see KeptScalar.
            using Scalar old = keep, share = 1 - keep;
            Values.mul_(old).add_(cat([.. _parameters.Pieces.Select(piece => piece.Parameter.flatten())], 0), alpha: share);
            return;
        }

        var average = FlatParameters.Memory(Values);
        nint[] values = [.. _parameters.Pieces.Select(piece => (nint)FlatParameters.Memory(piece.Parameter))];
        if (step == 0)
        {
            foreach ((var piece, var memory) in _parameters.Pieces.Zip(values))
            {
                Buffer.MemoryCopy((float*)memory, average + piece.Start, piece.Length * sizeof(float), piece.Length * sizeof(float));
            }

            return;
        }

        _parameters.ForEachChunk(c =>
        {
            var chunk = _parameters.Chunks[c];
            Blend(average + _parameters.Pieces[chunk.Piece].Start + chunk.Offset, (float*)values[chunk.Piece] + chunk.Offset, chunk.Length, keep);
        });
    }

    /// <summary>Exchanges the network's weights with the averages; doing it twice restores both to the bit.</summary>
    public void Swap()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var piece in _parameters.Pieces)
        {
            var average = Values.narrow(0, piece.Start, piece.Length);
            var weights = piece.Parameter.detach().clone();
            piece.Parameter.copy_(average.view(piece.Parameter.shape));
            average.copy_(weights.flatten());
        }
    }

    public void Dispose() => Values.Dispose();

    private static void Blend(float* average, float* value, int length, float keep)
    {
        var take = 1 - keep;
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Load(average + i) * keep + Vector.Load(value + i) * take).Store(average + i);
        }

        for (; i < length; i++)
        {
            average[i] = average[i] * keep + value[i] * take;
        }
    }
}
