namespace Hermes.Model.Training;

/// <summary>
/// Memory that the devices of a run have in common: the weights a step begins with, and of every device beside the first what its share of the batch contributed.
/// Who may write when is not settled here: the first device before a step is begun, the others until they say that their share is done.
/// </summary>
public sealed unsafe class SharedStep
{
    private readonly byte* _start;
    private readonly SharedSizes _sizes;

    /// <summary>Lays it over memory of <see cref="SharedSizes.Bytes"/> bytes, which the caller keeps mapped.</summary>
    public SharedStep(nint start, SharedSizes sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        _start = (byte*)start;
        _sizes = sizes;
    }

    /// <summary>The learned parameters, flat.</summary>
    internal Span<float> Weights => new(_start, _sizes.Parameters);

    /// <summary>The gradient of a device's share, flat; only what is <see cref="Present"/> counts.</summary>
    /// <param name="place">The device, from 1.</param>
    internal Span<float> Gradient(int place) => new(Of(place), _sizes.Parameters);

    /// <summary>Losses of the parts of a device's share, [parts, 4] as in <see cref="LearnedBatch"/>; those that its share has not are not written.</summary>
    internal Span<float> Losses(int place) => new(Of(place) + (sizeof(float) * (long)_sizes.Parameters), 4 * _sizes.Samples);

    /// <summary>Whether each piece of the parameters has a gradient, 0 or 1.</summary>
    internal Span<byte> Present(int place) => new(Of(place) + (sizeof(float) * (_sizes.Parameters + (4L * _sizes.Samples))), _sizes.Pieces);

    private byte* Of(int place)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(place, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, _sizes.Devices);
        return _start + (sizeof(float) * (long)_sizes.Parameters) + ((place - 1) * _sizes.OfDevice);
    }
}

/// <summary>How large the memory is that the devices of a run have in common; all of them find the same.</summary>
/// <param name="Devices">Devices.</param>
/// <param name="Parameters">Learned parameters.</param>
/// <param name="Pieces">Tensors in which they lie.</param>
/// <param name="Samples">Samples of a batch.</param>
/// <param name="Data">Digest over the cases that are learned from.</param>
/// <param name="Numerics">What decides the bits besides, in words.</param>
public sealed record SharedSizes(int Devices, int Parameters, int Pieces, int Samples, string Data, string Numerics)
{
    /// <summary>Bytes of it.</summary>
    public long Bytes => (sizeof(float) * (long)Parameters) + ((Devices - 1) * OfDevice);

    // A multiple of 4, so that the floats of the next one lie on their boundary.
    internal long OfDevice => sizeof(float) * (Parameters + (4L * Samples) + ((Pieces + 3) / 4));
}
