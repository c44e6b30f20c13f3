using Hermes.Imaging.Configuration;
using Hermes.Model.Runtime;
using Hermes.Model.Training;

namespace Hermes.Benchmarks;

/// <summary>Training steps of the platform's own trainer, on batches made beforehand: forward, losses, backward, LAMB, weight average.</summary>
internal sealed class StepBench : IWorkload
{
    private readonly BenchData _data;
    private readonly Trainer _trainer;
    private readonly PatchBatch[] _batches;

    public StepBench(TrainingConfiguration configuration, ConvolutionPrecision precision, int steps = 1)
    {
        _data = new BenchData(configuration);
        _trainer = _data.Trainer(precision);
        _batches = [.. Enumerable.Range(0, steps).Select(_trainer.MakeBatch)];
    }

    public void Run()
    {
        foreach (var batch in _batches)
        {
            _trainer.Step(batch, 0);
        }
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _data.Dispose();
    }
}
