using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>
/// LAMB as the official training uses it (docs/method.md, Optimiser): gradients divided by their global norm when it exceeds 1, bias-corrected moments,
/// decoupled weight decay, and a step scaled per tensor by the ratio of the norms of parameter and update.
/// </summary>
internal sealed unsafe class Lamb : IDisposable
{
    // Held for ever: see KeptScalar.
    private static readonly Scalar One = 1;
    private static readonly Scalar MinusOne = -1;

    private readonly FlatParameters _parameters;
    private readonly LambSettings _settings;
    private readonly double[] _first;
    private readonly double[] _second;
    private readonly nint[] _gradients;

    public Lamb(FlatParameters parameters, LambSettings settings)
    {
        (_parameters, _settings) = (parameters, settings);
        Momentum = parameters.NewState();
        Variance = parameters.NewState();
        _first = new double[parameters.Chunks.Length];
        _second = new double[parameters.Chunks.Length];
        _gradients = new nint[parameters.Pieces.Count];
    }

    /// <summary>First moments, flat.</summary>
    public Tensor Momentum { get; }

    /// <summary>Second moments, flat.</summary>
    public Tensor Variance { get; }

    /// <summary>Steps done.</summary>
    public int Steps { get; set; }

    /// <summary>
    /// One step. Gradients are used up: their memory is overwritten. Nothing changes when the global norm is not finite.
    /// </summary>
    /// <returns>The global gradient norm before clipping.</returns>
    public double Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return _parameters.OnCpu ? StepInMemory(learningRate) : StepWithTensors(learningRate);
    }

    public void Dispose()
    {
        Momentum.Dispose();
        Variance.Dispose();
    }

    private double StepInMemory(double learningRate)
    {
        var chunks = _parameters.Chunks;
        var values = new nint[_gradients.Length];
        for (var i = 0; i < _gradients.Length; i++)
        {
            values[i] = (nint)FlatParameters.Memory(_parameters.Pieces[i].Parameter);
            _gradients[i] = GradientMemory(i);
        }

        _parameters.ForEachChunk(c => _first[c] = SquaredNorm((float*)_gradients[chunks[c].Piece] + chunks[c].Offset, chunks[c].Length));
        var norm = Math.Sqrt(_first.Sum());
        if (!double.IsFinite(norm))
        {
            return norm;
        }

        Steps++;
        var factors = Factors(norm);
        float* momentum = FlatParameters.Memory(Momentum), variance = FlatParameters.Memory(Variance);
        _parameters.ForEachChunk(c =>
        {
            var chunk = chunks[c];
            var flat = _parameters.Pieces[chunk.Piece].Start + chunk.Offset;
            (_first[c], _second[c]) = Direction(
                (float*)values[chunk.Piece] + chunk.Offset, (float*)_gradients[chunk.Piece] + chunk.Offset, momentum + flat, variance + flat, chunk.Length, factors);
        });
        var rates = new float[_parameters.Tensors.Count];
        for (var t = 0; t < rates.Length; t++)
        {
            var tensor = _parameters.Tensors[t];
            rates[t] = Rate(learningRate, Sum(_first, tensor), Sum(_second, tensor));
        }

        _parameters.ForEachChunk(c =>
        {
            var chunk = chunks[c];
            Descend((float*)values[chunk.Piece] + chunk.Offset, (float*)_gradients[chunk.Piece] + chunk.Offset, chunk.Length, rates[_parameters.Pieces[chunk.Piece].Tensor]);
        });
        return norm;
    }

    private nint GradientMemory(int piece)
    {
        Tensor parameter = _parameters.Pieces[piece].Parameter;
        var gradient = parameter.grad ?? zeros_like(parameter);
        return (nint)FlatParameters.Memory(gradient.is_contiguous() ? gradient : gradient.contiguous());
    }

    /// <summary>The same step in tensor operations, for devices whose memory is not ours to walk.</summary>
    internal double StepWithTensors(double learningRate)
    {
        var gradient = cat([.. _parameters.Pieces.Select(piece => (piece.Parameter.grad ?? zeros_like(piece.Parameter)).flatten())], 0);
        var norm = gradient.to(ScalarType.Float64).square().sum().sqrt().cpu().item<double>();
        if (!double.IsFinite(norm))
        {
            return norm;
        }

        Steps++;
        var factors = Factors(norm);
        // Held to the end: see KeptScalar.
        using Scalar clip = factors.Clip, beta1 = factors.Beta1, rest1 = 1 - factors.Beta1, beta2 = factors.Beta2, rest2 = 1 - factors.Beta2;
        using Scalar momentum = factors.Momentum, variance = factors.Variance, epsilon = factors.Epsilon, decay = factors.Decay;
        gradient.mul_(clip);
        Momentum.mul_(beta1).add_(gradient, alpha: rest1);
        Variance.mul_(beta2).addcmul_(gradient, gradient, rest2);
        var values = cat([.. _parameters.Pieces.Select(piece => piece.Parameter.flatten())], 0);
        var update = Momentum.mul(momentum).div_(Variance.mul(variance).sqrt_().add_(epsilon, One)).add_(values, alpha: decay);
        foreach (var tensor in _parameters.Tensors)
        {
            // One small operation per tensor is a launch each; there are a few hundred of them.
            using var scope = NewDisposeScope();
            double w = values.narrow(0, tensor.Start, tensor.Length).square().sum().cpu().item<float>();
            double u = update.narrow(0, tensor.Start, tensor.Length).square().sum().cpu().item<float>();
            using Scalar rate = Rate(learningRate, w, u);
            update.narrow(0, tensor.Start, tensor.Length).mul_(rate);
        }

        foreach (var piece in _parameters.Pieces.Where(piece => piece.Parameter.requires_grad))
        {
            piece.Parameter.add_(update.narrow(0, piece.Start, piece.Length).view(piece.Parameter.shape), alpha: MinusOne);
        }

        return norm;
    }

    private LambFactors Factors(double norm) => new(
        (float)(norm > 1 ? 1 / norm : 1),
        (float)_settings.Beta1,
        (float)_settings.Beta2,
        (float)(1 / (1 - Math.Pow(_settings.Beta1, Steps))),
        (float)(1 / (1 - Math.Pow(_settings.Beta2, Steps))),
        (float)_settings.Epsilon,
        (float)_settings.WeightDecay);

    private float Rate(double learningRate, double squaredValues, double squaredUpdate) =>
        (float)(_settings.WeightDecay != 0 && squaredValues > 0 && squaredUpdate > 0 ? learningRate * Math.Sqrt(squaredValues / squaredUpdate) : learningRate);

    private static double Sum(double[] parts, FlatTensor tensor)
    {
        double sum = 0;
        for (var c = tensor.FirstChunk; c < tensor.FirstChunk + tensor.ChunkCount; c++)
        {
            sum += parts[c];
        }

        return sum;
    }

    private static double SquaredNorm(float* g, int length)
    {
        var lanes = Vector<float>.Zero;
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var x = Vector.Load(g + i);
            lanes += x * x;
        }

        var sum = Total(lanes);
        for (; i < length; i++)
        {
            sum += (double)g[i] * g[i];
        }

        return sum;
    }

    /// <summary>Updates the moments and replaces the gradient by the update's direction; returns the squared norms of values and direction.</summary>
    private static (double Values, double Update) Direction(float* p, float* g, float* m, float* v, int length, in LambFactors f)
    {
        Vector<float> values = Vector<float>.Zero, updates = Vector<float>.Zero;
        Vector<float> epsilon = new(f.Epsilon);
        float rest1 = 1 - f.Beta1, rest2 = 1 - f.Beta2;
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var gradient = Vector.Load(g + i) * f.Clip;
            var first = Vector.Load(m + i) * f.Beta1 + gradient * rest1;
            var second = Vector.Load(v + i) * f.Beta2 + gradient * gradient * rest2;
            var value = Vector.Load(p + i);
            var update = first * f.Momentum / (Vector.SquareRoot(second * f.Variance) + epsilon) + value * f.Decay;
            first.Store(m + i);
            second.Store(v + i);
            update.Store(g + i);
            values += value * value;
            updates += update * update;
        }

        double valueSum = Total(values), updateSum = Total(updates);
        for (; i < length; i++)
        {
            var gradient = g[i] * f.Clip;
            m[i] = m[i] * f.Beta1 + gradient * rest1;
            v[i] = v[i] * f.Beta2 + gradient * gradient * rest2;
            g[i] = m[i] * f.Momentum / (MathF.Sqrt(v[i] * f.Variance) + f.Epsilon) + p[i] * f.Decay;
            valueSum += (double)p[i] * p[i];
            updateSum += (double)g[i] * g[i];
        }

        return (valueSum, updateSum);
    }

    private static void Descend(float* p, float* update, int length, float rate)
    {
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Load(p + i) - Vector.Load(update + i) * rate).Store(p + i);
        }

        for (; i < length; i++)
        {
            p[i] -= update[i] * rate;
        }
    }

    private static double Total(Vector<float> lanes)
    {
        double sum = 0;
        for (var i = 0; i < Vector<float>.Count; i++)
        {
            sum += lanes[i];
        }

        return sum;
    }
}
