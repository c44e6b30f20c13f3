namespace Hermes.Cli.Output;

/// <summary>Shows progress at once and in order, which <see cref="Progress{T}"/> does not.</summary>
internal sealed class Following<T>(Action<T> show) : IProgress<T>
{
    public void Report(T value) => show(value);
}
