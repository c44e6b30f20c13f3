namespace Hermes.Client;

/// <summary>Passes progress on in the caller's thread and order, which <see cref="Progress{T}"/> does not.</summary>
internal sealed class Relayed<T>(Action<T> handler) : IProgress<T>
{
    public void Report(T value) => handler(value);
}
