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
/// <param name="waiting">Called while they are waited for.</param>
/// <param name="say">Told what becomes of them, in sentences for people.</param>
/// <param name="time">The clock.</param>
internal sealed class HelperDevices(Socket listening, SharedSizes sizes, Action waiting, Action<string> say, TimeProvider time) : ITrainingHelpers, IDisposable
{
    // A helper that does not get on is ended by its silo; this one must not be taken for stuck meanwhile.
    private static readonly TimeSpan Patience = WorkPhase.Train.Limit / 2;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(500);

    private readonly SharingTrial _trial = new(sizes.Devices);
    private readonly List<DeviceLink> _unknown = [];
    private readonly DeviceLink?[] _links = new DeviceLink?[sizes.Devices];
    private readonly bool[] _areReady = new bool[sizes.Devices];
    private SharedMemory? _memory;
    private bool _isOver;
    private string? _loss;
    private int? _begun;

    /// <inheritdoc/>
    public bool AreIn => !_isOver && _memory is not null && _trial.IsTogether;

    /// <inheritdoc/>
    public SharedStep Memory => _memory!.Step;

    /// <summary>Looks who has come. Between steps.</summary>
    public void Look()
    {
        if (_isOver)
        {
            return;
        }

        while (DeviceLink.TryAccept(listening) is { } link)
        {
            _unknown.Add(link);
        }

        foreach (var link in _unknown.ToList())
        {
            Know(link);
        }

        for (var place = 1; place < sizes.Devices && _memory is null; place++)
        {
            Hear(place);
        }

        if (!_isOver && _memory is null && _areReady.Skip(1).All(ready => ready))
        {
            Begin();
        }
    }

    /// <summary>A step was taken.</summary>
    public void Stepped(StepMetrics step)
    {
        if (_isOver || !_trial.Took(_begun == step.Step - 1, step.Seconds))
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
                while (!IsDone(_links[place]!.Receive(Turn)))
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

        if (_isOver)
        {
            _begun = null;
        }

        return !_isOver;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LetGo();
        _memory?.Dispose();
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
        try
        {
            switch (_links[place]?.Receive(TimeSpan.Zero))
            {
                case { Ready: { } ready }:
                    _areReady[place] = ready == sizes ? true : throw new IOException("it has other data or another network");
                    break;
                case { Failed: { } failure }:
                    Lose(failure);
                    break;
            }
        }
        catch (IOException gone)
        {
            Lose(gone.Message);
        }
    }

    private void Begin()
    {
        try
        {
            _memory = SharedMemory.Create(sizes);
            Tell(new DeviceWord { Memory = _memory.Number });
        }
        catch (IOException none)
        {
            Lose(none.Message);
        }
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

    private bool IsDone(DeviceWord? word) => word switch
    {
        { Done: { } batch } => batch == _begun,
        { Failed: { } failure } => throw new IOException(failure),
        _ => false,
    };

    private void Lose(string why)
    {
        LetGo();
        say($"Another device no longer helps, and it goes on on one: {why.TrimEnd('.')}.");
    }

    private void LetGo()
    {
        _isOver = true;
        listening.Dispose();
        foreach (var link in _links.Concat(_unknown))
        {
            link?.Dispose();
        }
    }
}
