using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Worker.Orders;

/// <summary>How much of a card's memory is used, asked for now and then beside a training, which waits for no answer.</summary>
/// <param name="device">The device that trains.</param>
/// <param name="ask">Asks the device's driver for the bytes that are used; null where it does not tell.</param>
/// <param name="time">The clock.</param>
internal sealed class CardMemory(string device, Func<string, CancellationToken, Task<long?>> ask, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly bool _isCard = device.StartsWith(DeviceKinds.Cuda, StringComparison.Ordinal);
    private Task<long?> _asking = Task.FromResult<long?>(null);
    private long? _asked;
    private long? _used;

    /// <summary>What was told last, in MB; null before the first answer, and where there is no card.</summary>
    public double? UsedMb()
    {
        if (_isCard && _asking.IsCompleted)
        {
            _used = _asking.IsCompletedSuccessfully ? _asking.Result : null;
            if (_asked is not { } last || time.GetElapsedTime(last) >= Every)
            {
                _asked = time.GetTimestamp();
                _asking = ask(device, CancellationToken.None);
            }
        }

        return _used / 1e6;
    }
}
