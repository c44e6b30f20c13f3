namespace Hermes.Hosting;

/// <summary>A process that this one started and that ends with it.</summary>
public interface IChildProcess : IAsyncDisposable
{
    /// <summary>Its number.</summary>
    int Id { get; }

    bool HasExited { get; }

    /// <summary>Waits until it has ended; its exit code.</summary>
    Task<int> WaitAsync(CancellationToken cancellationToken);

    /// <summary>What it said last that tells why it ended; null for nothing.</summary>
    string? LastWords();
}
