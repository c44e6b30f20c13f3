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
    private static readonly Scalar Zero = 0;

    private readonly FlatParameters _parameters;
    private readonly LambSettings _settings;
    private readonly double[] _first;
    private readonly double[] _second;
    private readonly nint[] _gradients;
    private Tensor? _unsound;

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
    /// One step in the memory of this process. Gradients are used up: their memory is overwritten. Nothing changes when the global norm is not finite.
    /// </summary>
    /// <returns>The global gradient norm before clipping.</returns>
    public double Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
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

    public void Dispose()
    {
        Momentum.Dispose();
        Variance.Dispose();
        _unsound?.Dispose();
    }

    private nint GradientMemory(int piece)
    {
        Tensor parameter = _parameters.Pieces[piece].Parameter;
        var gradient = parameter.grad ?? zeros_like(parameter);
        return (nint)FlatParameters.Memory(gradient.is_contiguous() ? gradient : gradient.contiguous());
    }

    /// <summary>
    /// The same step in tensor operations, for devices whose memory is not ours to walk: they are given work and not waited for. From the first step on whose norm or loss
    /// is not finite no step changes anything: by the time that is read, more may have been given.
    /// </summary>
    /// <param name="learningRate">The rate.</param>
    /// <param name="losses">Losses of the step.</param>
    /// <returns>A scalar, float64: the global gradient norm before clipping, in the caller's dispose scope.</returns>
    public Tensor StepAhead(double learningRate, Tensor losses)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var gradient = cat([.. _parameters.Pieces.Select(piece => (piece.Parameter.grad ?? zeros_like(piece.Parameter)).flatten())], 0);
        var norm = gradient.to(ScalarType.Float64).square().sum().sqrt();
        var unsound = norm.isfinite().logical_and(losses.isfinite().all()).logical_not();
        unsound = _unsound is null ? unsound : unsound.logical_or(_unsound);
        _unsound?.Dispose();
        _unsound = unsound.alias().DetachFromDisposeScope();

        Steps++;
        var factors = Factors(1);
        // Held to the end: see KeptScalar.
        using Scalar beta1 = factors.Beta1, rest1 = 1 - factors.Beta1, beta2 = factors.Beta2, rest2 = 1 - factors.Beta2, least = 1.0;
        using Scalar momentum = factors.Momentum, variance = factors.Variance, epsilon = factors.Epsilon, decay = factors.Decay, rate = learningRate;
        gradient.mul_(norm.clamp_min(least).reciprocal().to(ScalarType.Float32)).masked_fill_(unsound, Zero);
        Momentum.mul_(Keep(beta1)).add_(gradient, alpha: rest1);
        Variance.mul_(Keep(beta2)).addcmul_(gradient, gradient, rest2);
        var values = cat([.. _parameters.Pieces.Select(piece => piece.Parameter.flatten())], 0);
        var update = Momentum.mul(momentum).div_(Variance.mul(variance).sqrt_().add_(epsilon, One)).add_(values, alpha: decay);

        // Some small operations per tensor are a launch each; there are a few hundred tensors.
        var squaredValues = Squares(values);
        var squaredUpdates = Squares(update);
        var ratios = squaredValues.div(squaredUpdates).sqrt_();
        var plain = _settings.WeightDecay != 0 ? squaredValues.mul(squaredUpdates).eq(Zero) : ones_like(ratios).to(ScalarType.Bool);
        var rates = ratios.masked_fill_(plain, One).mul_(rate).to(ScalarType.Float32).masked_fill_(unsound, Zero);
        foreach (var (tensor, number) in _parameters.Tensors.Select((tensor, number) => (tensor, number)))
        {
            update.narrow(0, tensor.Start, tensor.Length).mul_(rates.narrow(0, number, 1));
        }

        foreach (var piece in _parameters.Pieces.Where(piece => piece.Parameter.requires_grad))
        {
            piece.Parameter.add_(update.narrow(0, piece.Start, piece.Length).view(piece.Parameter.shape), alpha: MinusOne);
        }

        return norm.MoveToOuterDisposeScope();

        Tensor Keep(Scalar beta) => zeros_like(norm).to(ScalarType.Float32).add(beta, One).masked_fill_(unsound, One);

        // [tensors] float64
        Tensor Squares(Tensor flat) => stack([.. _parameters.Tensors.Select(t => flat.narrow(0, t.Start, t.Length).square().sum())], 0).to(ScalarType.Float64);
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
