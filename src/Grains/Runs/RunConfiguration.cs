using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Imaging.Configuration;

namespace Hermes.Grains.Runs;

/// <summary>The configuration that a request for a run means, unless it takes over that of a trunk.</summary>
internal static class RunConfiguration
{
    /// <summary>Reads the preset or the file's text, with the number of steps asked for.</summary>
    /// <exception cref="HermesException">It cannot be used; the message names file, line and key.</exception>
    public static TrainingConfiguration Of(RunRequest request)
    {
        try
        {
            var configuration = request.Configuration is { } text
                ? TrainingConfigurationReader.Read(text, request.ConfigurationFile ?? "the configuration")
                : TrainingConfiguration.Preset(request.Preset);
            return request.Steps is { } steps ? configuration.WithSteps(steps) : configuration;
        }
        catch (Exception refused) when (refused is ArgumentException or ConfigurationException)
        {
            throw new HermesException(refused.Message, request.ConfigurationFile);
        }
    }
}
