using Hermes.Imaging.Volumes;
using Hermes.Model.Inference;
using Hermes.Model.Runtime;
using static TorchSharp.torch;

namespace Hermes.Benchmarks;

/// <summary>A volume answered window by window, with all that lies between: cutting, weighting, summing, finished planes.</summary>
/// <param name="whole">Whether to do it all, or only to run the network on as many windows.</param>
/// <param name="precision">Number format of the convolutions.</param>
internal sealed class WindowBench(bool whole, ConvolutionPrecision precision) : IWorkload
{
    private static readonly GridSize Volume = new(72, 96, 96);
    private static readonly GridSize Window = new(32, 48, 48);
    private readonly AnswerBench _network = new(8, precision, Window, 1);
    private readonly SlidingWindow _windows = new(Window, 0.5, gaussian: true, batch: 1);
    private readonly float[] _voxels = new float[Volume.VoxelCount];

    public void Run()
    {
        if (whole)
        {
            _windows.Run(_voxels, Volume, [.. Enumerable.Range(0, AnswerBench.Tasks.Length)], _network.Answer, CPU, (_, _) => { });
            return;
        }

        for (var i = _windows.Positions(Volume).Count; i > 0; i--)
        {
            _network.Run();
        }
    }

    public void Dispose() => _network.Dispose();
}
