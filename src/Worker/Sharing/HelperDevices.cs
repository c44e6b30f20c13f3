using System.Net.Sockets;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Model.Training;

namespace Hermes.Worker.Sharing;

/// <summary>
/// The other devices of a run, as its first one sees them. Nothing waits for them to come: the first learns alone until all are there, tries then whether they pay, and goes on
/// alone when one is lost.
/// </summary>
/// <param name="listening">Where they come.</param>
/// <param name="sizes">What they have in common.</param>
/// <param name="waiting">Called while they are waited for in the middle of a step; an exception of it ends the step, which is then not taken.</param>
/// <param name="say">Told what becomes of them, in sentences for people.</param>
/// <param name="time">The clock.</param>
internal sealed class HelperDevices(Socket listening, SharedSizes sizes, Action waiting, Action<string> say, TimeProvider time) : ITrainingHelpers, IDisposable
{
    // Others of the machine can come, too, and are sent away: not for ever.
    private const int MostAtOnce = 64;

    // A helper that does not get on is ended by its silo; this one must not be taken for stuck meanwhile.
    private static readonly TimeSpan Patience = WorkPhase.Train.Limit / 2;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(500);

    private readonly List<DeviceLink> _unknown = [];
    private readonly HashSet<int> _together = [];
    private readonly DeviceLink?[] _links = new DeviceLink?[sizes.Devices];
    private readonly bool[] _areReady = new bool[sizes.Devices];
    private SharedMemory? _memory;
    private SharingTrial? _trial;
    private bool _isOver;
    private string? _loss;
    private int _begun;

    /// <inheritdoc/>
    public bool AreIn => !_isOver && _trial is { IsTogether: true };

    /// <inheritdoc/>
    public SharedStep Memory => _memory!.Step;

    /// <summary>Looks who has come. Between steps.</summary>
    public void Look()
    {
        try
        {
            Receive();
            for (var place = 1; place < sizes.Devices && _memory is null && !_isOver; place++)
            {
                Hear(place);
            }

            if (!_isOver && _memory is null && _areReady.Skip(1).All(ready => ready))
            {
                Begin();
            }
        }
#pragma warning disable CA1031 // Whatever it is, the run goes on: its result is the same without them.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Lose(failure.Message);
        }
    }

    /// <summary>A step was taken.</summary>
    public void Stepped(StepMetrics step)
    {
        if (_isOver || _trial?.Took(_together.Remove(step.Step - 1), step.Seconds) != true)
        {
            return;
        }

        say(_trial.Finding!);
        if (_trial.Pays == false)
        {
            LetGo();
        }
    }

    /// <inheritdoc/>
    public void Begin(int batch)
    {
        _begun = batch;
        Tell(new DeviceWord { Begin = batch });
    }

    /// <inheritdoc/>
    public bool End()
    {
        var from = time.GetTimestamp();
        for (var place = 1; place < sizes.Devices && !_isOver; place++)
        {
            try
            {
                while (!IsDone(place))
                {
                    waiting();
                    if (time.GetElapsedTime(from) > Patience)
                    {
                        throw new IOException($"it was not done within {Patience.TotalMinutes:0} min");
                    }
                }
            }
            catch (IOException gone)
            {
                Lose(_loss ?? gone.Message);
            }
        }

        if (!_isOver)
        {
            _together.Add(_begun);
        }

        return !_isOver;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LetGo();
        listening.Dispose();
    }

    // Whoever comes when all is over is let in and sent away, or would wait at the door.
    private void Receive()
    {
        for (var n = 0; n < MostAtOnce && DeviceLink.TryAccept(listening) is { } link; n++)
        {
            _unknown.Add(link);
        }

        foreach (var link in _unknown.ToList())
        {
            if (_isOver)
            {
                _unknown.Remove(link);
                link.Dispose();
            }
            else
            {
                Know(link);
            }
        }
    }

    private void Know(DeviceLink link)
    {
        try
        {
            if (link.Receive(TimeSpan.Zero) is not { } word)
            {
                return;
            }

            _unknown.Remove(link);
            if (word.Place is { } place && place > 0 && place < sizes.Devices && _links[place] is null)
            {
                _links[place] = link;
                return;
            }
        }
        catch (IOException)
        {
            _unknown.Remove(link);
        }

        link.Dispose();
    }

    private void Hear(int place)
    {
        switch (_links[place]?.Receive(TimeSpan.Zero))
        {
            case { Ready: { } ready }:
                _areReady[place] = ready == sizes ? true : throw new IOException("it has other data, another network or computes otherwise");
                break;
            case { Failed: { } failure }:
                throw new IOException(failure);
        }
    }

    // Steps before this do not count in the trial: the others were being made ready on the same machine.
    private void Begin()
    {
        _memory = SharedMemory.Create(sizes);
        _trial = new SharingTrial(sizes.Devices);
        Tell(new DeviceWord { Memory = _memory.Number });
    }

    private void Tell(DeviceWord word)
    {
        try
        {
            foreach (var link in _links.Skip(1))
            {
                link!.Send(word);
            }
        }
        catch (IOException gone)
        {
            // Told when it is waited for, or at the next look.
            _loss = gone.Message;
        }
    }

    private bool IsDone(int place) => _links[place]!.Receive(Turn) switch
    {
        { Done: { } batch } => batch == _begun,
        { Failed: { } failure } => throw new IOException(failure),
        _ => false,
    };

    private void Lose(string why)
    {
        if (_isOver)
        {
            return;
        }

        LetGo();
        say($"Another device no longer helps, and it goes on on one: {why.TrimEnd('.')}.");
    }

    private void LetGo()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        foreach (var link in _links.Concat(_unknown))
        {
            link?.Dispose();
        }

        _unknown.Clear();
        _memory?.Dispose();
    }
}
