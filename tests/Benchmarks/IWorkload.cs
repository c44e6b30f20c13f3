namespace Hermes.Benchmarks;

/// <summary>Something whose time is taken again and again.</summary>
internal interface IWorkload : IDisposable
{
    /// <summary>Does it once.</summary>
    void Run();

    /// <summary>What of the last time counts, where that is not all of it.</summary>
    TimeSpan? Counted => null;
}
