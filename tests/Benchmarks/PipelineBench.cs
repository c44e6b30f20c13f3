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

    public PipelineBench(TrainingConfiguration configuration, ConvolutionPrecision precision, int steps)
    {
        _data = new BenchData(configuration);
        _trainer = _data.Trainer(precision);
        _steps = steps;
    }

    public void Run()
    {
        for (var i = 0; i < _steps; i++)
        {
            _trainer.Step();
        }
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _data.Dispose();
    }
}
