using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Preprocessing;

/// <summary>
/// Brings probabilities from the plan's grid back to the file's grid, plane by plane: trilinear interpolation first, then the threshold
/// (above 0.5), overlaps to the highest probability, exact ties to the first task. Never holds tasks × volume floats, only two planes
/// per task. Voxels outside the crop are background. How the planes are cut into calls does not change the result.
/// </summary>
public sealed class NativeRestorer
{
    // Below this in both planes no interpolated value can reach the threshold, whatever the rounding.
    private const float SurelyBelow = 0.499f;
    private const float Threshold = 0.5f;

    private readonly PreparedGrid _grid;
    private readonly int _tasks;
    private readonly LinearWeight[] _z;
    private readonly LinearWeight[] _y;
    private readonly LinearWeight[] _x;
    private readonly ushort[]? _values;
    private readonly Volume<ushort>? _labelMap;
    private readonly Volume<byte>[]? _masks;
    private readonly int _start;
    private readonly int _stepX;
    private readonly int _stepY;
    private readonly int _stepZ;
    private Plane _previous;
    private Plane _current;
    private int _nextPlane;
    private int _nextNative;

    private NativeRestorer(PreparedGrid grid, int tasks, ushort[]? values)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentOutOfRangeException.ThrowIfLessThan(tasks, 1);
        _grid = grid;
        _tasks = tasks;
        _values = values;
        _z = Resampling.LinearWeightsToSource(grid.DepthAxis);
        _y = Resampling.LinearWeightsToSource(grid.HeightAxis);
        _x = Resampling.LinearWeightsToSource(grid.WidthAxis);
        Span<int> steps = stackalloc int[3];
        _start = grid.CropStrides(steps);
        (_stepX, _stepY, _stepZ) = (steps[0], steps[1], steps[2]);
        _previous = new Plane(tasks, grid);
        _current = new Plane(tasks, grid);
        if (values is not null)
        {
            _labelMap = new Volume<ushort>(grid.Native);
        }
        else
        {
            _masks = [.. Enumerable.Range(0, tasks).Select(_ => new Volume<byte>(grid.Native))];
        }
    }

    /// <summary>The label map on the native grid, once all planes were added.</summary>
    /// <exception cref="InvalidOperationException">Planes are missing, or masks were asked for.</exception>
    public Volume<ushort> LabelMap => Complete(_labelMap);

    /// <summary>The masks (0 or 1) on the native grid, one per task, once all planes were added.</summary>
    /// <exception cref="InvalidOperationException">Planes are missing, or a label map was asked for.</exception>
    public IReadOnlyList<Volume<byte>> Masks => Complete(_masks);

    /// <summary>Restores one label map.</summary>
    /// <param name="grid">The grid of the prepared image.</param>
    /// <param name="labelValues">The value that each task gets in the label map; 0 leaves background where the task prevails.</param>
    public static NativeRestorer ToLabelMap(PreparedGrid grid, IReadOnlyList<ushort> labelValues)
    {
        ArgumentNullException.ThrowIfNull(labelValues);
        return new NativeRestorer(grid, labelValues.Count, [.. labelValues]);
    }

    /// <summary>Restores one binary mask per task (overlaps kept).</summary>
    public static NativeRestorer ToMasks(PreparedGrid grid, int tasks) => new(grid, tasks, null);

    /// <summary>The next planes along the prepared D axis; the first call starts at plane 0, later calls where the last one ended.</summary>
    /// <param name="planes">Number of planes.</param>
    /// <param name="probabilities">[T, planes, H, W] of <see cref="PreparedGrid.Size"/>, padding included.</param>
    /// <exception cref="ArgumentException">There are more planes than the grid has, or another number of probabilities.</exception>
    public void AddPlanes(int planes, ReadOnlySpan<float> probabilities)
    {
        var plane = _grid.Size.Height * _grid.Size.Width;
        if (planes < 0 || _nextPlane + planes > _grid.Size.Depth || probabilities.Length != (long)_tasks * planes * plane)
        {
            throw new ArgumentException(
                $"Got {probabilities.Length} probabilities in {planes} planes, expected {_tasks} tasks × planes × {plane}, "
                + $"and at most {_grid.Size.Depth - _nextPlane} planes.",
                nameof(probabilities));
        }

        for (var n = 0; n < planes; n++, _nextPlane++)
        {
            var content = _nextPlane - _grid.ContentStart.Depth;
            if (content < 0 || content >= _grid.ContentSize.Depth)
            {
                continue;
            }

            (_previous, _current) = (_current, _previous);
            _current.Take(probabilities, n, planes);
            for (; _nextNative < _z.Length && LastPlaneOf(_z[_nextNative]) <= content; _nextNative++)
            {
                var weight = _z[_nextNative];
                Emit(weight.Lower == content ? _current : _previous, _current, weight.Weight, _start + _nextNative * _stepZ);
            }
        }
    }

    private static int LastPlaneOf(LinearWeight weight) => weight.Weight == 0 ? weight.Lower : weight.Upper;

    private void Emit(Plane lower, Plane upper, float weight, int start)
    {
        var tasks = new List<int>(_tasks);
        for (var task = 0; task < _tasks; task++)
        {
            if (lower.Largest[task] >= SurelyBelow || (weight > 0 && upper.Largest[task] >= SurelyBelow))
            {
                tasks.Add(task);
            }
        }

        if (tasks.Count == 0)
        {
            return;
        }

        foreach (var task in tasks)
        {
            lower.Interpolate(task, _y, _x);
            upper.Interpolate(task, _y, _x);
        }

        var width = _x.Length;
        Parallel.For(0, _y.Length, () => (new float[width], new int[width]), (row, _, buffers) =>
        {
            var (best, winner) = buffers;
            best.AsSpan().Fill(Threshold);
            winner.AsSpan().Fill(-1);
            var to = start + row * _stepY;
            foreach (var task in tasks)
            {
                ReadOnlySpan<float> a = lower.Row(task, row, width), b = upper.Row(task, row, width);
                if (_masks is not null)
                {
                    best.AsSpan().Fill(Threshold);
                }

                for (var i = 0; i < width; i++)
                {
                    var value = a[i] + weight * (b[i] - a[i]);
                    if (value > best[i])
                    {
                        best[i] = value;
                        winner[i] = task;
                        if (_masks is not null)
                        {
                            _masks[task].Voxels[to + i * _stepX] = 1;
                        }
                    }
                }
            }

            if (_labelMap is not null)
            {
                for (var i = 0; i < width; i++)
                {
                    if (winner[i] >= 0)
                    {
                        _labelMap.Voxels[to + i * _stepX] = _values![winner[i]];
                    }
                }
            }

            return buffers;
        }, _ => { });
    }

    private T Complete<T>(T? result)
        where T : class =>
        result is null ? throw new InvalidOperationException("This restorer was made for the other kind of result.")
        : _nextPlane == _grid.Size.Depth ? result
        : throw new InvalidOperationException($"{_nextPlane} of {_grid.Size.Depth} planes were added.");

    /// <summary>One plane of the plan's grid for all tasks; a task is interpolated within the plane when it is first needed.</summary>
    private sealed class Plane(int tasks, PreparedGrid grid)
    {
        private readonly float[] _content = new float[checked(tasks * grid.ContentSize.Height * grid.ContentSize.Width)];
        private readonly float[]?[] _native = new float[]?[tasks];
        private readonly bool[] _interpolated = new bool[tasks];

        public float[] Largest { get; } = new float[tasks];

        public void Take(ReadOnlySpan<float> probabilities, int plane, int planes)
        {
            GridSize size = grid.Size, content = grid.ContentSize, at = grid.ContentStart;
            for (var task = 0; task < tasks; task++)
            {
                var largest = 0f;
                for (var j = 0; j < content.Height; j++)
                {
                    var row = probabilities.Slice(((task * planes + plane) * size.Height + j + at.Height) * size.Width + at.Width, content.Width);
                    row.CopyTo(_content.AsSpan((task * content.Height + j) * content.Width));
                    foreach (var value in row)
                    {
                        largest = Math.Max(largest, value);
                    }
                }

                Largest[task] = largest;
                _interpolated[task] = false;
            }
        }

        public ReadOnlySpan<float> Row(int task, int row, int width) => _native[task].AsSpan(row * width, width);

        public void Interpolate(int task, LinearWeight[] y, LinearWeight[] x)
        {
            if (_interpolated[task])
            {
                return;
            }

            _interpolated[task] = true;
            int width = grid.ContentSize.Width, height = grid.ContentSize.Height;
            var native = _native[task] ??= new float[y.Length * x.Length];
            Parallel.For(0, y.Length, () => new float[width], (j, _, line) =>
            {
                var weight = y[j];
                ReadOnlySpan<float> lower = _content.AsSpan((task * height + weight.Lower) * width, width);
                ReadOnlySpan<float> upper = _content.AsSpan((task * height + weight.Upper) * width, width);
                for (var i = 0; i < width; i++)
                {
                    line[i] = lower[i] + weight.Weight * (upper[i] - lower[i]);
                }

                var target = native.AsSpan(j * x.Length, x.Length);
                for (var i = 0; i < target.Length; i++)
                {
                    var w = x[i];
                    target[i] = line[w.Lower] + w.Weight * (line[w.Upper] - line[w.Lower]);
                }

                return line;
            }, _ => { });
        }
    }
}
