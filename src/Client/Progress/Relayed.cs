namespace Hermes.Client.Progress;

/// <summary>Passes progress on in the thread and order in which it is reported, which <see cref="Progress{T}"/> does not.</summary>
public sealed class Relayed<T>(Action<T> handler) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => handler(value);
}
