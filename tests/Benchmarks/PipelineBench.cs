using Hermes.Imaging.Configuration;
using Hermes.Model.Runtime;
using Hermes.Model.Training;

namespace Hermes.Benchmarks;

/// <summary>Training steps with the real data pipeline: patches cut, augmented and made ready beside the computation.</summary>
internal sealed class PipelineBench : IWorkload
{
    private readonly BenchData _data;
    private readonly Trainer _trainer;
    private readonly int _steps;
    private readonly bool _countsWaiting;
    private double _waited;

    /// <summary>Makes the data and a trainer for them.</summary>
    /// <param name="configuration">How to train.</param>
    /// <param name="precision">Number format of the convolutions.</param>
    /// <param name="steps">Steps of a run.</param>
    /// <param name="countsWaiting">Whether only the time counts in which a step waited for its batch.</param>
    public PipelineBench(TrainingConfiguration configuration, ConvolutionPrecision precision, int steps, bool countsWaiting = false)
    {
        _countsWaiting = countsWaiting;
        _data = new BenchData(configuration);
        _trainer = _data.Trainer(precision);
        _steps = steps;
    }

    public TimeSpan? Counted => _countsWaiting ? TimeSpan.FromSeconds(_waited) : null;

    public void Run()
    {
        _waited = 0;
        for (var i = 0; i < _steps; i++)
        {
            _waited += _trainer.Step().Times.Data;
        }
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _data.Dispose();
    }
}
