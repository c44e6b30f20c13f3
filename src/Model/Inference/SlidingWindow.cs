using System.Numerics;
using System.Runtime.InteropServices;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;
using Hermes.Model.Runtime;
using static TorchSharp.torch;

namespace Hermes.Model.Inference;

/// <summary>
/// Overlapping windows over a volume (docs/method.md, Sliding window), averaged as probabilities, every position visited once. Finished planes leave as soon as
/// no later window covers them: at most T × (window depth) planes of sums are held, never T × volume.
/// </summary>
public sealed class SlidingWindow
{
    private const int BatchOfNetworks = 2;
    private readonly GridSize _window;
    private readonly GridSize _stride;
    private readonly float[][] _weights;
    private readonly bool _repeatsLast;

    /// <summary>Describes the windows.</summary>
    /// <param name="window">Voxels of a window.</param>
    /// <param name="overlap">Share of a window that the next one covers too, in [0, 1).</param>
    /// <param name="gaussian">Whether a window counts more in its middle; otherwise everywhere the same.</param>
    /// <param name="batch">Windows per call of the network.</param>
    /// <param name="repeatsLast">Whether the last window of an axis counts twice where the published code visits it twice: where the size is a multiple of the stride.</param>
    public SlidingWindow(GridSize window, double overlap, bool gaussian, int batch, bool repeatsLast = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (window.Depth < 1 || window.Height < 1 || window.Width < 1 || !(overlap is >= 0 and < 1))
        {
            throw new ArgumentException($"A window of {window} voxels with an overlap of {overlap} cannot slide.", nameof(window));
        }

        (_window, Batch, _repeatsLast) = (window, batch, repeatsLast);
        _stride = new GridSize(Stride(window.Depth, overlap), Stride(window.Height, overlap), Stride(window.Width, overlap));
        _weights = [Weights(window.Depth, gaussian), Weights(window.Height, gaussian), Weights(window.Width, gaussian)];
    }

    /// <summary>The windows that a configuration's network was made for.</summary>
    public static SlidingWindow Of(TrainingConfiguration configuration) =>
        new(
            configuration.WindowSize, configuration.WindowOverlap, configuration.GaussianWindows,
            Math.Min(BatchOfNetworks, configuration.MicroBatch ?? BatchOfNetworks), configuration.PaperFaithful);

    /// <summary>Windows per call of the network.</summary>
    public int Batch { get; }

    /// <summary>The distinct first voxels of the windows over a volume, planes outermost.</summary>
    public IReadOnlyList<GridSize> Positions(GridSize volume) =>
    [
        .. from z in Starts(volume.Depth, _window.Depth, _stride.Depth)
           from y in Starts(volume.Height, _window.Height, _stride.Height)
           from x in Starts(volume.Width, _window.Width, _stride.Width)
           select new GridSize(z, y, x),
    ];

    /// <summary>Answers a volume.</summary>
    /// <param name="voxels">[D, H, W]; a volume smaller than the window is padded with zeros at its end.</param>
    /// <param name="size">Its size.</param>
    /// <param name="channels">Which channels of the logits are wanted, in output order.</param>
    /// <param name="logits">The network.</param>
    /// <param name="device">Where windows are sent.</param>
    /// <param name="consume">Gets every plane once, in order.</param>
    /// <param name="progress">Called after every batch with windows done and in total.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    public void Run(
        float[] voxels, GridSize size, IReadOnlyList<int> channels, WindowLogits logits, Device device, PlaneConsumer consume,
        Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(consume);
        if (voxels.Length != size.VoxelCount)
        {
            throw new ArgumentException($"{voxels.Length} voxels were given for a volume of {size}.", nameof(voxels));
        }

        var rows = Starts(size.Depth, _window.Depth, _stride.Depth);
        GridSize[] across =
        [
            .. from y in Starts(size.Height, _window.Height, _stride.Height)
               from x in Starts(size.Width, _window.Width, _stride.Width)
               select new GridSize(0, y, x),
        ];
        float[][] inverse =
        [
            InverseSums(size.Depth, rows, _weights[0], start => Visits(start, size.Depth, _window.Depth, _stride.Depth)),
            InverseSums(
                size.Height, Starts(size.Height, _window.Height, _stride.Height), _weights[1], start => Visits(start, size.Height, _window.Height, _stride.Height)),
            InverseSums(size.Width, Starts(size.Width, _window.Width, _stride.Width), _weights[2], start => Visits(start, size.Width, _window.Width, _stride.Width)),
        ];
        var slots = Math.Min(_window.Depth, size.Depth);
        var planeLength = checked(channels.Count * size.Height * size.Width);
        // A ring of planes: plane z lives in slot z mod slots until it is finished.
        var sums = new float[slots][];
        for (var slot = 0; slot < slots; slot++)
        {
            sums[slot] = new float[planeLength];
        }

        int done = 0, total = rows.Length * across.Length, finished = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            for (var first = 0; first < across.Length; first += Batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                GridSize[] batch = [.. across.Skip(first).Take(Batch).Select(p => p with { Depth = rows[row] })];
                Accumulate(voxels, size, batch, channels, logits, device, sums);
                done += batch.Length;
                progress?.Invoke(done, total);
            }

            var until = row + 1 < rows.Length ? rows[row + 1] : size.Depth;
            for (; finished < until; finished++)
            {
                var plane = sums[finished % slots];
                Normalise(plane, channels.Count, inverse[0][finished], inverse[1], inverse[2]);
                consume(1, plane);
                Array.Clear(plane);
            }
        }
    }

    private void Accumulate(
        float[] voxels, GridSize size, GridSize[] batch, IReadOnlyList<int> channels, WindowLogits logits, Device device, float[][] sums)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var input = new float[batch.Length * _window.VoxelCount];
        for (var b = 0; b < batch.Length; b++)
        {
            CopyWindow(voxels, size, batch[b], input.AsSpan(b * _window.VoxelCount, _window.VoxelCount));
        }

        var windows = tensor(input, [batch.Length, 1, _window.Depth, _window.Height, _window.Width]).On(device);
        var probabilities = logits(windows).to(ScalarType.Float32).sigmoid().cpu().contiguous();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(probabilities.bytes);
        var available = probabilities.shape[1];
        for (var b = 0; b < batch.Length; b++)
        {
            for (var t = 0; t < channels.Count; t++)
            {
                var offset = checked((int)((b * available + channels[t]) * _window.VoxelCount));
                AddWindow(values.Slice(offset, _window.VoxelCount), size, batch[b], t, sums);
            }
        }
    }

    private void CopyWindow(float[] voxels, GridSize size, GridSize start, Span<float> window)
    {
        var width = Math.Min(_window.Width, size.Width - start.Width);
        for (var z = 0; z < Math.Min(_window.Depth, size.Depth - start.Depth); z++)
        {
            for (var y = 0; y < Math.Min(_window.Height, size.Height - start.Height); y++)
            {
                voxels.AsSpan(((start.Depth + z) * size.Height + start.Height + y) * size.Width + start.Width, width)
                    .CopyTo(window.Slice((z * _window.Height + y) * _window.Width, width));
            }
        }
    }

    private void AddWindow(ReadOnlySpan<float> values, GridSize size, GridSize start, int task, float[][] sums)
    {
        var width = Math.Min(_window.Width, size.Width - start.Width);
        ReadOnlySpan<float> along = _weights[2].AsSpan(0, width);
        var visits = Visits(start.Depth, size.Depth, _window.Depth, _stride.Depth) * Visits(start.Height, size.Height, _window.Height, _stride.Height)
            * Visits(start.Width, size.Width, _window.Width, _stride.Width);
        for (var z = 0; z < Math.Min(_window.Depth, size.Depth - start.Depth); z++)
        {
            var plane = sums[(start.Depth + z) % sums.Length];
            for (var y = 0; y < Math.Min(_window.Height, size.Height - start.Height); y++)
            {
                var weight = visits * _weights[0][z] * _weights[1][y];
                var target = plane.AsSpan((task * size.Height + start.Height + y) * size.Width + start.Width, width);
                AddWeighted(target, values.Slice((z * _window.Height + y) * _window.Width, width), along, weight);
            }
        }
    }

    private static void AddWeighted(Span<float> target, ReadOnlySpan<float> values, ReadOnlySpan<float> along, float weight)
    {
        var sums = MemoryMarshal.Cast<float, Vector<float>>(target);
        var terms = MemoryMarshal.Cast<float, Vector<float>>(values);
        var factors = MemoryMarshal.Cast<float, Vector<float>>(along);
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += terms[i] * (factors[i] * weight);
        }

        for (var i = sums.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] += values[i] * (along[i] * weight);
        }
    }

    private static void Normalise(float[] plane, int tasks, float depth, float[] down, float[] along)
    {
        var at = 0;
        for (var t = 0; t < tasks; t++)
        {
            foreach (var y in down)
            {
                foreach (var x in along)
                {
                    plane[at++] *= depth * y * x;
                }
            }
        }
    }

    private static int Stride(int window, double overlap) => Math.Max(1, (int)Math.Round(window * (1 - overlap)));

    private static int[] Starts(int size, int window, int stride)
    {
        if (size <= window)
        {
            return [0];
        }

        var count = (size - window + stride - 1) / stride + 1;
        return [.. Enumerable.Range(0, count).Select(i => Math.Min(i * stride, size - window))];
    }

    private int Visits(int start, int size, int window, int stride) => _repeatsLast && start > 0 && start == size - window && size % stride == 0 ? 2 : 1;

    /// <summary>Windows form a full grid and weights are products over the axes, so the sum of weights is a product too.</summary>
    private static float[] InverseSums(int size, int[] starts, float[] weights, Func<int, int> visits)
    {
        var sums = new double[size];
        foreach (var start in starts)
        {
            for (var i = 0; i < weights.Length && start + i < size; i++)
            {
                sums[start + i] += visits(start) * weights[i];
            }
        }

        return [.. sums.Select(sum => (float)(1 / sum))];
    }

    private static float[] Weights(int length, bool gaussian)
    {
        double middle = (length - 1) / 2.0, sigma = length / 8.0;
        return [.. Enumerable.Range(0, length).Select(i => gaussian ? (float)Math.Exp(-Math.Pow((i - middle) / sigma, 2) / 2) : 1f)];
    }
}
