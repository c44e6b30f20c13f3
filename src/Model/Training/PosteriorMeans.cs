using System.Runtime.InteropServices;
using Hermes.Model.Checkpoints;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>
/// Adds up the posterior tokens that a validation computes anyway: of each case the mean over its windows, of each task the mean over the cases of all datasets that
/// prompt it. Nothing of the validation depends on it.
/// </summary>
internal sealed class PosteriorMeans
{
    private readonly SortedDictionary<string, (double[] Sum, int Cases)> _tasks = new(StringComparer.Ordinal);
    private int[] _widths = [];
    private double[] _case = [];
    private long _windows;

    /// <summary>Takes what the network said of a batch of windows of the case under way.</summary>
    /// <param name="posterior">The posterior tokens [B, n + l, C], one tensor per fusion scale.</param>
    /// <param name="tasks">How many tasks were prompted.</param>
    public void Add(IReadOnlyList<Tensor> posterior, int tasks)
    {
        using var scope = NewDisposeScope();
        _widths = [.. posterior.Select(tokens => (int)tokens.shape[2])];
        var sums = cat([.. posterior.Select(tokens => tokens.narrow(1, 0, tasks))], 2).sum([0]).cpu().contiguous();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(sums.bytes);
        _case = _windows == 0 ? new double[values.Length] : _case;
        for (var i = 0; i < values.Length; i++)
        {
            _case[i] += values[i];
        }

        _windows += posterior[0].shape[0];
    }

    /// <summary>The case under way is done.</summary>
    /// <param name="tasks">The tasks that were prompted, in their order.</param>
    public void EndCase(IReadOnlyList<string> tasks)
    {
        var length = _widths.Sum();
        foreach (var (place, task) in tasks.Index())
        {
            var (sum, cases) = _tasks.TryGetValue(task, out var found) ? found : (new double[length], 0);
            for (var c = 0; c < length; c++)
            {
                sum[c] += _case[(place * length) + c] / _windows;
            }

            _tasks[task] = (sum, cases + 1);
        }

        _windows = 0;
    }

    /// <summary>The means.</summary>
    public PosteriorTokens Tokens()
    {
        var first = 0;
        var scales = new List<IReadOnlyList<float[]>>();
        foreach (var width in _widths)
        {
            var from = first;
            scales.Add([.. _tasks.Values.Select(t => Array.ConvertAll(t.Sum[from..(from + width)], sum => (float)(sum / t.Cases)))]);
            first += width;
        }

        return new PosteriorTokens([.. _tasks.Keys], scales);
    }
}
