using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Imaging.Configuration;

namespace Hermes.Grains.Runs;

/// <summary>The configuration that a request for a run means, unless it takes over that of a trunk.</summary>
internal static class RunConfiguration
{
    /// <summary>Reads the preset or the file's text, and takes in what the request says beside it.</summary>
    /// <exception cref="HermesException">It cannot be used; the message names file, line and key.</exception>
    public static TrainingConfiguration Of(RunRequest request)
    {
        try
        {
            var configuration = request.Configuration is { } text
                ? TrainingConfigurationReader.Read(text, request.ConfigurationFile ?? "the configuration")
                : TrainingConfiguration.Preset(request.Preset);
            configuration = request.PaperFaithful ? configuration.PaperFaithfully() : configuration;
            configuration = configuration.WithBatch(request.BatchSize, request.MicroBatch);
            return request.Steps is { } steps ? configuration.WithSteps(steps) : configuration;
        }
        catch (Exception refused) when (refused is ArgumentException or ConfigurationException)
        {
            throw new HermesException(refused.Message, request.ConfigurationFile);
        }
    }
}
