using Hermes.Benchmarks.Learning;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Phantoms;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using Hermes.Model.Training;
using static TorchSharp.torch;

namespace Hermes.Benchmarks;

/// <summary>The phantoms, prepared for a configuration, below a temporary folder.</summary>
internal sealed class BenchData : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hermes-benchmarks-").FullName;
    private readonly TrainingConfiguration _configuration;
    private readonly PreparedDataset[] _datasets;

    public BenchData(TrainingConfiguration configuration)
    {
        _configuration = configuration;
        _datasets =
        [
            .. PhantomDataset.Write(Path.Combine(_folder, "phantoms"), seed: 1, trainingCases: 4, testCases: 1)
                .Select(files => TrialDataset.Phantom(files).Prepare(configuration.Plan(), _folder)),
        ];
    }

    public Trainer Trainer(ConvolutionPrecision precision)
    {
        var vocabulary = new PriorVocabulary(_datasets.SelectMany(d => d.Group.Tasks), _datasets.Select(d => d.Group.Modality!).Distinct());
        return new Trainer(_configuration, vocabulary, _datasets, seed: 1, "benchmark", new TorchRuntimeState(CPU, precision, get_num_threads()));
    }

    public void Dispose()
    {
        foreach (var dataset in _datasets)
        {
            foreach (var file in dataset.Training)
            {
                file.Dispose();
            }
        }

        Directory.Delete(_folder, recursive: true);
    }
}
