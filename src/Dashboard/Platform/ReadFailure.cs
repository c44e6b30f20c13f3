using Hermes.Grains.Interfaces;

namespace Hermes.Dashboard.Platform;

/// <summary>Why something could not be read, as pages tell it.</summary>
internal static class ReadFailure
{
    public static Failure Of(Exception failure) => failure switch
    {
        HermesException refused => Failure.Of(refused),
        OperationCanceledException => new Failure("The platform has not answered in time."),
        _ => new Failure($"It could not be read: {failure.Message}"),
    };
}
