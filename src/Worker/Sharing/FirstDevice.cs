using Hermes.Model.Training;

namespace Hermes.Worker.Sharing;

/// <summary>The first device of a run, as a helper sees it.</summary>
/// <param name="link">To its worker.</param>
/// <param name="place">Which of the devices this one is, from 1.</param>
/// <param name="waiting">Called while there is nothing to do: to serve something else, to say that this worker lives, to stop with an exception.</param>
internal sealed class FirstDevice(DeviceLink link, int place, Action waiting) : IDisposable
{
    private const int LongestReason = 500;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    /// <summary>Goes to the first device of a run, which opens its door when it has prepared its cases.</summary>
    public static FirstDevice Find(string dataDirectory, string meeting, int place, Action waiting)
    {
        while (true)
        {
            waiting();
            if (DeviceLink.TryConnect(dataDirectory, meeting) is { } link)
            {
                link.Send(new DeviceWord { Place = place });
                return new FirstDevice(link, place, waiting);
            }

            Thread.Sleep(Turn);
        }
    }

    /// <summary>Learns shares until the first device needs no more.</summary>
    /// <param name="trainer">What was made of the same order.</param>
    /// <param name="learning">Called before each share.</param>
    public void Help(Trainer trainer, Action learning)
    {
        SharedMemory? memory = null;
        try
        {
            link.Send(new DeviceWord { Ready = trainer.SharedSizes });
            while (true)
            {
                switch (link.Receive(Turn))
                {
                    case { Memory: { } number }:
                        memory = SharedMemory.Open(link.Process, number, trainer.SharedSizes);
                        break;
                    case { Begin: { } batch }:
                        learning();
                        trainer.Help(batch, place, memory!.Step);
                        link.Send(new DeviceWord { Done = batch });
                        waiting();
                        break;
                    default:
                        waiting();
                        break;
                }
            }
        }
        catch (IOException) when (link.IsOver)
        {
            // It needs no more help: it is done, goes on alone, or is gone, which its silo sees.
        }
        finally
        {
            memory?.Dispose();
        }
    }

    /// <summary>Says why this device cannot help.</summary>
    public void Fail(string reason)
    {
        try
        {
            link.Send(new DeviceWord { Failed = reason.Length > LongestReason ? reason[..LongestReason] : reason });
        }
        catch (IOException)
        {
            // Nobody is there who could be told.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => link.Dispose();
}
