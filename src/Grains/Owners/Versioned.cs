using Hermes.Grains.State;

namespace Hermes.Grains.Owners;

/// <summary>What is stored of an owner: its record and how often it was written.</summary>
public sealed record Versioned<T> : IFormatted
    where T : class, new()
{
    /// <inheritdoc/>
    public int Format { get; init; }

    /// <summary>The write number; the catalog keeps the row with the highest.</summary>
    public long Version { get; init; }

    /// <summary>How far the numbers of progress events had come.</summary>
    public long Sequence { get; init; }

    /// <summary>The owner's record.</summary>
    public T Value { get; init; } = new();
}
