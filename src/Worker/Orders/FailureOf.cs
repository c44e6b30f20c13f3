using System.Runtime.InteropServices;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Worker.Orders;

/// <summary>Turns what went wrong into a sentence for the person who asked.</summary>
internal static class FailureOf
{
    /// <summary>Everything but what the runtime cannot go on from.</summary>
    public static bool IsTellable(Exception error) => error is not (StackOverflowException or AccessViolationException);

    public static Failure Exception(Exception error) => error switch
    {
        HermesException known => Failure.Of(known),
        CaseRefusedException refused => refused.Problems[0],
        IOException full when DiskFull.Is(full) => Failure.Of(DiskFull.Refusal(FirstLine(full.Message))),
        VolumeFormatException format => new Failure(format.Message, format.File),
        OutOfMemoryException => new Failure(
            "There was not enough memory for this work.", Hint: "Use a smaller patch or batch, or a machine with more memory."),
        ExternalException native => new Failure($"The numerical library failed: {FirstLine(native.Message)}"),
        _ => new Failure(FirstLine(error.Message)),
    };

    /// <summary>The same failure, told with the name under which the user knows the file.</summary>
    public static Failure Named(VolumeFormatException error, string userFile) =>
        new($"{userFile}: found {error.Found}, expected {error.Expected}.", userFile);

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();
}
